"""Settings of a training, as frozen values, and the tables that they are read from."""

from .model import MLPConfig, TransformerConfig
from .optimizer import OptimizerConfig
from .training import Auxiliary, TrainingConfig

__all__ = ["Auxiliary", "MLPConfig", "OptimizerConfig", "TrainingConfig", "TransformerConfig"]
