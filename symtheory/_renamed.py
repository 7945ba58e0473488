"""Old names of version 0.1, which work until 0.3: modules that moved, and names that changed.

For an old module name `find_spec` makes a module that hands on to the new one and warns once.
Nothing here is loaded unless a name is asked for that is not there.
"""

import importlib
import importlib.abc
import importlib.machinery
import warnings
from functools import cache
from types import ModuleType

__all__ = ["find_spec", "renamed_attribute"]

# For each old package its modules that moved, and where to, all below "symtheory".
_MOVED = {
    "": """
        geometry_printout=text.geometry_text metric_claims=claims.metric
        order_claims=claims.orders printout=text.theory_text theory_record=text.theory_record
        typesetting=text.theory_latex
    """,
    "analysis": """
        ablation=analysis.symmetry.ablation array_files=analysis.files.array_files
        checkpoints=analysis.sweeps.checkpoints clouds=analysis.statistics.clouds
        coefficients=analysis.symmetry.coefficients conformality=analysis.symmetry.roundness
        criterion=analysis.sweeps.criterion cross_irreps=analysis.symmetry.cross_irreps
        decision=analysis.statistics.decision dimension=analysis.statistics.dimension
        embedding_checks=analysis.files.embedding_checks
        embedding_files=analysis.files.embedding_files gram=analysis.symmetry.gram
        multiplicity=analysis.statistics.multiplicity nulls=analysis.statistics.nulls
        operating_curve=analysis.sweeps.roc point_tables=analysis.files.point_tables
        procrustes=analysis.symmetry.procrustes report=analysis.figures.report
        seeds=analysis.statistics.seeds separation=analysis.sweeps.separation
        shapes=analysis.symmetry.block_laws sides=analysis.symmetry.one_sided_gram
        spectrum=analysis.symmetry.spectrum speedup=analysis.sweeps.speedup
        stages=analysis.statistics.stages subject=analysis.symmetry.token_cloud
        survival=analysis.sweeps.survival sweep_cells=analysis.sweeps.table_text
        sweep_tables=analysis.sweeps.tables template=analysis.symmetry.template
        times=analysis.sweeps.time_to_generalization twins=analysis.symmetry.duplicate_tokens
        usage=analysis.statistics.usage verdicts=analysis.claims.judge
        verification=analysis.examination within_orbits=analysis.symmetry.within_orbits
    """,
    "experiments": """
        arithmetic=experiments.denormals batch=experiments.training.lockstep
        budget=experiments.training.budget checkpoints=experiments.training.checkpoints
        defaults=experiments.config.defaults egalitarian=experiments.optimizers.egd
        ensemble=experiments.training.ensemble equal_step=experiments.optimizers.equal_step
        gauge=experiments.training.logged_geometry grokfast=experiments.optimizers.grokfast
        log=experiments.training.log model_config=experiments.config.model
        monitor=experiments.training.monitor network=experiments.training.network
        optimizer_config=experiments.config.optimizer polar=experiments.optimizers.orthogonalize
        runs=experiments.training.runs setting_tables=experiments.config.tables
        sweep=experiments.sweeps.sweep sweep_files=experiments.sweeps.files
        sweep_processes=experiments.sweeps.processes sweep_results=experiments.sweeps.results
        sweep_spec=experiments.sweeps.spec trainer=experiments.training.trainer
    """,
    "geometry": """
        coordinates=text.coordinate_forms formulas=text.geometry_formulas
        recipes=text.diagram_recipes statements=text.geometry_statements
        twin_points=geometry.statistics
    """,
    "groups": """
        random_elements=combinatorics.random_elements
    """,
    "symmetry": """
        associativity=combinatorics.associativity automorphisms=combinatorics.table_automorphisms
        autotopisms=structure.autotopisms bliss=combinatorics.bliss
        cell_colors=combinatorics.cell_colors cells=relations.cells cleanup=structure.reduction
        closure=relations.closure components=combinatorics.partitions
        composition=relations.composition composition_identity=relations.derive.composition
        coordinates=relations.derive.coordinates envelope=structure.abelian_envelope
        equivariance_identity=relations.derive.equivariance equivariances=relations.equivariances
        factorization=structure.factorization families=relations.wording.move_families
        fibre_identity=relations.derive.invariance identities=relations.derive.derive
        instances=relations.instances integer_lattice=combinatorics.integer_lattice
        invariances=relations.invariances isotopism=structure.isotopism
        label_maps=relations.wording.label_maps latex=relations.wording.latex
        metric_automorphisms=combinatorics.metric_automorphisms
        move_text=relations.derive.move_text orbitals=combinatorics.orbitals
        pair_orbits=combinatorics.pair_orbits placebos=relations.placebos
        principal_loop=combinatorics.principal_loop quadrangles=combinatorics.quadrangle_criterion
        readouts=structure.many_to_one regular_subgroups=combinatorics.regular_subgroups
        relations=relations.relation residues=relations.wording.residues
        scalings=relations.derive.scalings setting=relations.derive.context
        shift_identity=relations.derive.shift spreading=structure.spreading
        structure=structure.structure swap_identity=relations.derive.swap
        symmetries=structure.symmetries tied=structure.shared_table
        transitivity=relations.order_relations triangle=relations.triangle
    """,
    "tasks": """
        sources=tasks.read user_file=tasks.toml_tasks words=tasks.group_words
    """,
}

# For each module, by its new name, the names in it that changed: a name in the same module, or
# "module:name".
_NAMES = {
    "analysis.symmetry.ablation": """
        Logits=analysis.symmetry.scores:Logits Score=analysis.symmetry.scores:Score
        score_logits=analysis.symmetry.scores:score_logits
    """,
    "analysis.examination": "verify_network=examine Verification=Examination",
    "analysis.files.embedding_files": "roles_of=file_roles",
    "analysis.statistics.seeds": """
        clopper_pearson=analysis.statistics.intervals:clopper_pearson
        fisher_combination=analysis.statistics.intervals:fisher_combination
        student_interval=analysis.statistics.intervals:student_interval
        UsageTest=analysis.statistics.usage:UsageTest
        irrep_usage=analysis.statistics.usage:irrep_usage
    """,
    "analysis.symmetry.coefficients": """
        block_starts=geometry.statistics:block_starts
        stacked_basis=geometry.statistics:stacked_basis
    """,
    "analysis.symmetry.gram": """
        centered_gram=geometry.statistics:centered_gram gram_share=geometry.statistics:gram_share
    """,
    "analysis.sweeps.checkpoints": "checkpoints_of=read_checkpoints",
    "analysis.sweeps.time_to_generalization": "times_of=read_times rows_of=log_rows",
    "analysis.symmetry.duplicate_tokens": """
        TwinTest=DuplicateTokenTest check_twins=check_duplicate_tokens
        has_twins=has_duplicate_tokens twin_ratios=duplicate_token_ratios
    """,
    "analysis.symmetry.roundness": "Conformality=BlockRoundness conformality=block_roundness",
    "analysis.symmetry.token_cloud": "Subject=TokenCloud subject_of=make_token_cloud",
    "analysis.symmetry.spectrum": "block_power=geometry.statistics:block_power",
    "claims": """
        ALPHA=claims.network:ALPHA GENERALIZATION_FLOOR=claims.network:GENERALIZATION_FLOOR
        GRAM_FLOOR=claims.symmetry:GRAM_FLOOR claims=claims.symmetry:claims
        PROCRUSTES_FLOOR=claims.symmetry:PROCRUSTES_FLOOR
        SPECTRUM_FLOOR=claims.symmetry:SPECTRUM_FLOOR
        ABLATION_FLOOR=claims.network:ABLATION_FLOOR stages_claim=claims.network:stages_claim
    """,
    "experiments.architecture": "roles_of=embedding_roles",
    "experiments.config.defaults": "defaults_of=default_settings",
    "experiments.data": "split_of=split_task",
    "experiments.optimizers": """
        make_optimizer=experiments.optimizers.build:make_optimizer
        set_learning_rate=experiments.optimizers.build:set_learning_rate
    """,
    "experiments.sweeps": """
        run_sweep=experiments.sweeps.run:run_sweep CellReport=experiments.sweeps.run:PointReport
    """,
    "experiments.sweeps.sweep": "Cell=SweepPoint",
    "experiments.training.lockstep": "Batch=SeedBatch Member=SeedRun",
    "experiments.training.logged_geometry": "Gauge=LoggedGeometry",
    "geometry.statistics": "merge_twins=merge_duplicates",
    "relations.derive.context": "Setting=DerivationContext",
    "relations.derive.coordinates": "coordinates=find_coordinates",
    "relations.instances": "Instances=NumberedInstances",
    "relations.order_relations": "order_identities=relations.derive.orders:order_identities",
    "relations.triangle": "triangle_identity=relations.derive.triangle:triangle_identity",
    "relations.wording.move_families": "families_of=candidate_families steps_of=find_steps",
    "relations.wording.residues": "modulus_of=common_modulus",
    "structure.factorization": "Kind=FactorizationKind",
    "structure.many_to_one": "Readout=ManyToOne find_readout=find_many_to_one",
    "structure.reduction": """
        Cleanup=Reduction Core=ReducedTable clean_up=find_reduction core_table=reduced_table
    """,
    "combinatorics.table_automorphisms": "Triple=combinatorics.metric_automorphisms:Triple",
    "text.geometry_statements": "listed=layout:listed",
}


def renamed_attribute(module: str, name: str) -> object:
    """Return what a module once called by this name, with a warning.

    Raises
    ------
    AttributeError
        If it never had it.
    """
    found, new = _find(module, name)
    _warn(f"{module}.{name}", new)
    return found


def _find(module: str, name: str) -> tuple[object, str]:
    """Return what has an old name, and its new one."""
    home = module.removeprefix("symtheory.")
    changed = dict(pair.split("=") for pair in _NAMES.get(home, "").split())
    if name not in changed:
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    target, _, own = changed[name].rpartition(":")
    new = f"symtheory.{target or home}"
    return getattr(importlib.import_module(new), own), f"{new}.{own}"


def _warn(old: str, new: str) -> None:
    warnings.warn(f"{old} is {new} now; the old name goes in 0.3", DeprecationWarning, stacklevel=4)


@cache
def _moved() -> dict[str, str]:
    """Return the new name of every module that moved."""
    return {
        ".".join(filter(None, ["symtheory", package, old])): f"symtheory.{new}"
        for package, pairs in _MOVED.items()
        for old, new in (pair.split("=") for pair in pairs.split())
    }


class _Alias(ModuleType):
    """A module under its old name."""

    def __getattr__(self, name: str) -> object:
        new = _moved().get(self.__name__)
        if new is None or name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        module = importlib.import_module(new)
        return getattr(module, name) if hasattr(module, name) else _find(new, name)[0]


class _Loader(importlib.abc.Loader):
    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Alias(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        new = _moved().get(module.__name__)
        if new is not None:
            _warn(module.__name__, new)


def find_spec(fullname: str) -> importlib.machinery.ModuleSpec | None:
    """Return how a module of that old name is imported; None if there was none."""
    is_old_package = fullname == "symtheory.symmetry"
    if not is_old_package and fullname not in _moved():
        return None
    return importlib.machinery.ModuleSpec(fullname, _Loader(), is_package=is_old_package)
