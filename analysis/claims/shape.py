"""L3, the shape: the persistence diagrams of the points are those of their template.

Held iff Haar clouds are farther from their templates, noisy templates are not nearer to theirs, and
the template explains half of the cloud. Rivals, voids and torsion are told beside it.
"""

from symtheory.claims.symmetry import HOMOLOGY
from symtheory.records import Json, Outcome, Role

from ..homology.comparison import N_BARS, Comparison
from ..homology.observations import Pair
from ..homology.shape import LEAST_POINTS, LEAST_SHARE, ShapeTest, check_shape
from ..symmetry.token_cloud import Subject
from .measurement import Case, ClaimTest, Decision, Measurement
from .network import Network

__all__ = ["SHAPE_TEST", "diagram_details"]


def _measure(network: Network, role: Role) -> Measurement[ShapeTest] | str:
    cloud = network.clouds[role]
    if len(cloud.points) < LEAST_POINTS:
        return f"a shape needs at least {LEAST_POINTS} tokens"
    active, source = _active_elsewhere(network, role)
    if active is None and not network.spectra[role].active:
        return "every irrep has its white share of the power: no template to compare"
    test = check_shape(
        cloud.points,
        cloud.blocks,
        active=active,
        shapes=cloud.shapes,
        rng=network.rng,
        orbits=cloud.orbits,
        n_haar=network.haar_draws,
        n_bootstrap=network.n_bootstrap,
        observations=network.observations,
    )
    return Measurement(
        test,
        test.null,
        least_p=1 / (1 + test.null.n_draws),  # nothing is relabeled: ties say nothing of the power
        n_tokens=len(cloud.points),
        details=_details(test, cloud),
        note=f"{source}; diagrams do not see labels",
    )


def _active_elsewhere(network: Network, role: Role) -> tuple[tuple[int, ...] | None, str]:
    """Return the blocks that another embedding holds active, matched by name, and which one.

    None where no other embedding says, so that the test must choose them itself.
    """
    own = [block.name for block in network.clouds[role].blocks]
    for other, spectrum in network.spectra.items():
        names = [network.clouds[other].blocks[b].name for b in spectrum.active]
        active = tuple(own.index(name) for name in names if name in own)
        if other != role and active:
            return active, f"active irreps from the {other} embedding"
    return None, "active irreps chosen on this embedding, and on every null cloud"


def _decide(found: Measurement[ShapeTest], case: Case) -> Decision:
    shape = found.test
    if max(case.least_p_value, 1 / (1 + shape.fit.n_draws)) > case.alpha:
        return Outcome.INCONCLUSIVE, "no power: too few null draws"
    if case.p_value > case.alpha:
        return Outcome.REFUTED, "no nearer to its template than a cloud without structure"
    if shape.share < LEAST_SHARE:
        note = f"the template explains {shape.share:.2f} of the cloud, less than half"
        return Outcome.REFUTED, note
    if shape.fit.p_value <= case.alpha:
        return Outcome.REFUTED, "farther from its template than its residual explains as noise"
    return Outcome.HELD, ""


def diagram_details(shape: ShapeTest) -> dict[str, Json]:
    """Return what is told of two diagrams that were compared, as plain JSON values."""
    comparison: Comparison = shape.comparison
    bars: dict[str, Json] = {
        name: {f"H{k}": bars[:N_BARS].tolist() for k, bars in enumerate(cloud.bars)}
        for name, cloud in (("learned", comparison.learned), ("template", comparison.template))
    }
    return {
        "distances": {f"H{k}": d for k, d in enumerate(comparison.distances)},
        "fit_p_value": shape.fit.p_value,
        "fit_quantile": shape.fit.critical_value,
        "share": shape.share,
        "covering_radii": list(comparison.covering_radii),
        "longest_bars": bars,
    }


def _details(shape: ShapeTest, cloud: Subject) -> dict[str, Json]:
    names = [block.name for block in cloud.blocks]
    observed, rivals = shape.observations, shape.rivals
    return {
        **diagram_details(shape),
        "active": [names[b] for b in shape.comparison.fitted.active],
        "active_chosen_on_this_embedding": shape.is_self_selected,
        "n_bootstrap": shape.fit.n_draws,
        "identified": shape.identified,
        "rivals": []
        if rivals is None
        else [
            {
                "active": [names[b] for b in rival.active],
                "distance": rival.distance,
                "lower_limit_of_margin": rival.lower_limit,
            }
            for rival in rivals.rivals
        ],
        "voids": _pair(None if observed is None else observed.voids),
        "loops_over_F3": _pair(None if observed is None else observed.torsion),
        "not_computed": [] if observed is None else list(observed.notes),
    }


def _pair(bars: Pair | None) -> Json:
    """Return the longest bars of the learned cloud and of the template."""
    if bars is None:
        return None
    learned, template = bars
    return {"learned": learned[:N_BARS].tolist(), "template": template[:N_BARS].tolist()}


SHAPE_TEST = ClaimTest(HOMOLOGY, _measure, _decide)
