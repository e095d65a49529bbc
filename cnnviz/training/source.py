"""What a network learns from, whatever makes it: `windows.Windows` and `shards.Shards` do."""

from typing import Protocol

from cnnviz.audio import Float32


class Source(Protocol):
    """What a network learns from."""

    @property
    def steps(self) -> int:
        """Batches in an epoch."""

    @property
    def n_clips(self) -> int:
        """Clips with an instrument."""

    def refresh(self) -> None:
        """Take up what has come since the last epoch."""

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation of the log-mels."""

    def counts(self) -> dict[str, int]:
        """Return how many clips of each class there are; one with two labels is one of each."""

    def batch(self, *, epoch: int, step: int) -> tuple[Float32, Float32]:
        """Return windows and targets, the same for the same epoch and step."""
