"""Relations of a task as a loss and as a diagnostic, one function for both.

A relation pairs cells that must be answered alike, l and r (up to a permutation gamma of the
answers). With p and q the predicted distributions over answers at l and r, its violation there is
the symmetric Kullback-Leibler divergence

    (KL(p || gamma^-1 q) + KL(gamma^-1 q || p)) / 2   (nats),

which reads no label: what labels an instance needs were read when it was drawn [1]_.

References
----------
.. [1] Y. Hwang, Y. Park, arXiv:2603.01968, section 3.
"""

from torch import Tensor

__all__ = ["symmetric_divergence"]


def symmetric_divergence(left: Tensor, right: Tensor, answer_map: Tensor | None = None) -> Tensor:
    """Return the symmetric Kullback-Leibler divergence of each pair of predictions.

    Parameters
    ----------
    left, right : (n_pairs, n_answers)
        Log-probabilities at the two cells of each pair.
    answer_map : (n_pairs, n_answers) int64, optional
        ``right[i, answer_map[i, z]]`` is compared with ``left[i, z]``.

    Returns
    -------
    (n_pairs,)
        In nats, zero where the predictions agree.

    Examples
    --------
    >>> import torch
    >>> p = torch.log_softmax(torch.tensor([[0.0, 1.0, 2.0]]), dim=1)
    >>> float(symmetric_divergence(p, p))
    0.0
    """
    if answer_map is not None:
        right = right.gather(1, answer_map)
    # KL(p||q) + KL(q||p) = sum (p - q) (log p - log q)
    return 0.5 * ((left.exp() - right.exp()) * (left - right)).sum(dim=1)
