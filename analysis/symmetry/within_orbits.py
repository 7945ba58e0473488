"""Effects of L0 to L2 without the offsets between the orbits of tokens.

Where the tokens fall into several orbits, the offsets between these obey any law: an absorbing
token far from all others makes most of the Gram matrix invariant and most of the cloud a template,
whatever the others do. The claims are about the others too, so their floors must be reached
without the offsets.
"""

from collections.abc import Mapping

import numpy as np

from symtheory.geometry.invariant_space import InvariantSpace
from symtheory.geometry.statistics import block_power, centered_gram
from symtheory.records import Level

from ..statistics.clouds import centered
from ..statistics.nulls import class_means
from .factor_law import factor_share
from .procrustes import align
from .spectrum import active_blocks, concentration
from .template import fit_template
from .token_cloud import TokenCloud

__all__ = ["effects_within_orbits"]

_ZERO = 1e-9
_LEAST_POWER = 1e-18  # share of the power below which nothing varies within orbits


def effects_within_orbits(subject: TokenCloud) -> Mapping[Level, float]:
    """Return the effects of L0, L1 and L2 with the mean of every orbit at the origin.

    Parameters
    ----------
    subject : TokenCloud

    Returns
    -------
    mapping of Level to float
        Empty where there is one orbit; without L0 and L2 where there are no blocks.

    Examples
    --------
    >>> from symtheory.analysis.symmetry.token_cloud import make_token_cloud
    >>> from symtheory.records import Embedding, Role
    >>> from symtheory.tasks.catalogue import named_task
    >>> from symtheory.theory import predict
    >>> geometry = predict(named_task("modmul", p=31)).geometries[Role.X]
    >>> angle = 2 * np.pi * geometry.coordinate / 30
    >>> ellipse = np.stack([np.cos(angle), np.sin(angle) / 3, np.zeros(31)], axis=1)
    >>> ellipse[geometry.coordinate < 0] = 0, 0, 100
    >>> found = effects_within_orbits(make_token_cloud(Embedding(ellipse, Role.X), geometry))
    >>> {str(level): round(effect, 2) for level, effect in found.items()}
    {'L1': 1.0, 'L0': 0.93, 'L2': 1.0}
    """
    n_orbits = len(np.unique(subject.orbits))
    if n_orbits == 1:
        return {}
    points = subject.points - class_means(subject.points, subject.orbits)
    # A block that is constant on every orbit describes the offsets alone and goes with them.
    kept = [
        b
        for b, block in enumerate(subject.blocks)
        if np.abs(block.basis - class_means(block.basis, subject.orbits)).max() > _ZERO
    ]
    # With offsets alone nothing is left to share out, and quotients would be of rounding errors.
    if not (points**2).sum() > _LEAST_POWER * (centered(subject.points) ** 2).sum():
        return dict.fromkeys(
            (Level.GRAM, *([Level.SPECTRUM, Level.PROCRUSTES] if kept else [])), 0.0
        )
    blocks = [subject.blocks[b] for b in kept]
    laws = [subject.laws[b] for b in kept]
    if subject.obeys_products:
        effects = {Level.GRAM: factor_share(points, blocks, laws)}
    else:
        effects = {Level.GRAM: InvariantSpace(subject.orbitals).share(centered_gram(points))}
    if kept:
        power = block_power(points, blocks)
        # Every orbit has mean zero now, which takes one dimension for each, not one in all.
        white = np.array([block.dimension for block in blocks]) / (len(points) - n_orbits)
        effects[Level.SPECTRUM] = float(concentration(power, white))
        active = active_blocks(power, white)
        effects[Level.PROCRUSTES] = 0.0
        if active:
            template = fit_template(points, blocks, active=active, laws=laws)
            effects[Level.PROCRUSTES] = align(points, template.points).share
    return effects
