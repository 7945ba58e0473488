"""Relation losses: how far predictions violate a relation, as a loss and as a diagnostic.

A relation pairs cells that must be answered alike, l and r (up to a permutation gamma of the
answers). With p and q the predicted distributions over answers at l and r, its violation there is
the symmetric Kullback-Leibler divergence

    (KL(p || gamma^-1 q) + KL(gamma^-1 q || p)) / 2   (nats),

which reads no label: what labels an instance needs were read when it was drawn [1]_. Of three cells
with the distributions p, q and r it is

- where the third answer is the sum of the first two, that divergence between r and the distribution
  p * q of the sum of independent answers (sums that are no answer are left out of it);
- where two true answers imply the third, max(0, log p(true) + log q(true) - log r(true));
- where log odds add, the absolute difference of those of r from the sum of those of p and q.

References
----------
.. [1] Y. Hwang, Y. Park, arXiv:2603.01968, section 3.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from symtheory.relations.cells import TRUE, Rule

__all__ = ["sum_distribution", "symmetric_divergence", "violation"]

_LEAST = 1e-30  # a probability well within float32


def violation(rule: Rule, sides: Sequence[Tensor], extra: Tensor | None = None) -> Tensor:
    """Return how far each instance of a relation is from being obeyed.

    Parameters
    ----------
    rule : Rule
    sides : sequence of (size, n_answers)
        Log-probabilities at the cells of each instance, two or three.
    extra : Tensor, optional
        As `symtheory.relations.cells.CellPairs` and `CellTriples` have it.

    Returns
    -------
    (size,)
        In nats, zero where the relation is obeyed.
    """
    if rule is Rule.EQUAL:
        return symmetric_divergence(sides[0], sides[1], extra)
    first, second, third = sides
    if rule is Rule.SUM and extra is not None:
        return symmetric_divergence(third, sum_distribution(first, second, extra))
    if rule is Rule.IMPLICATION:
        return (first[:, TRUE] + second[:, TRUE] - third[:, TRUE]).clamp(min=0)
    odds = [side[:, TRUE] - side[:, 1 - TRUE] for side in (first, second, third)]
    return (odds[0] + odds[1] - odds[2]).abs()


def sum_distribution(first: Tensor, second: Tensor, partners: Tensor) -> Tensor:
    """Return the log-probabilities of the sum of two independent answers.

    Parameters
    ----------
    first, second : (size, n_answers)
        Log-probabilities.
    partners : (n_answers, n_answers) int64
        ``partners[z, a]`` is the answer that makes the sum z together with a, -1 where there is
        none; for every z there is one.

    Returns
    -------
    (size, n_answers)
        Sums that are no answer are left out, so that probabilities add up to at most 1; those below
        1e-30 count as 1e-30.

    Examples
    --------
    >>> one = torch.tensor([[0.0, 1.0, 0.0, 0.0]]).log()  # certainly 1
    >>> z = torch.arange(4)
    >>> partners = (z[:, None] - z[None, :]).clamp(min=-1)
    >>> sum_distribution(one, one, partners).exp().round(decimals=6).tolist()
    [[0.0, 0.0, 1.0, 0.0]]
    """
    n = partners.shape[0]
    # One product with a matrix of zeros and ones: exponents are taken of answers, not of pairs.
    is_sum = partners[:, :, None] == torch.arange(n, device=partners.device)
    pairs = first.exp()[:, :, None] * second.exp()[:, None, :]
    return (pairs.flatten(1) @ is_sum.flatten(1).T.to(pairs.dtype)).clamp(min=_LEAST).log()


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
