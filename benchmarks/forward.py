"""The network's pass beside what this machine can multiply: TensorFlow's float32 product.

Counted are the multiply-adds of the layers' shapes alone, for all windows of a 3 s clip. The four
ways take turns, and each round is compared within itself, so that a busy machine slows all alike.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.one_clip import network, three_second_clips
from benchmarks.table import Measure

LEAST_SHARE = 0.7
PRODUCT_SIZE = 2048


def measure(*, quick: bool) -> Iterator[Measure]:
    """Time the app's pass, the prediction alone, the plain graph and the product, in turns."""
    ready = network()  # before TensorFlow, whose memory it arranges
    import tensorflow as tf

    model = ready.model
    clip = three_second_clips()[0]
    batch = tf.constant(np.ascontiguousarray(clip.windows)[..., None])
    layers = tuple(ready.card.outputs)
    rng = np.random.default_rng(0)
    left, right = (
        tf.constant(rng.standard_normal((PRODUCT_SIZE, PRODUCT_SIZE)).astype(np.float32))
        for _ in range(2)
    )
    xla = tf.function(lambda x: model(x, training=False), jit_compile=True)
    plain = tf.function(lambda x: model(x, training=False))
    ways: dict[str, Callable[[], Any]] = {
        "product": lambda: tf.linalg.matmul(left, right).numpy(),
        "the app's pass, every layer quantised": lambda: ready.run(clip.input, layers=layers),
        "prediction only": lambda: xla(batch).numpy(),
        "prediction only, plain graph": lambda: plain(batch).numpy(),
    }
    for way in ways.values():
        way()
    rounds = [
        {name: _seconds(way) for name, way in ways.items()} for _ in range(5 if quick else 25)
    ]
    work = {name: multiply_adds(model) * clip.n_windows for name in ways}
    work["product"] = PRODUCT_SIZE**3
    product = [work["product"] / turn["product"] / 1e9 for turn in rounds]
    yield Measure(f"float32 product {PRODUCT_SIZE}×{PRODUCT_SIZE}", product, "G madd/s")
    for name in list(ways)[1:]:
        rates = [work[name] / turn[name] / 1e9 for turn in rounds]
        yield Measure(
            f"forward pass, share of the product's rate: {name}",
            [rate / of for rate, of in zip(rates, product, strict=True)],
            "×",
            LEAST_SHARE if name.startswith("the app") else None,
            at_least=True,
            note=f"{np.median(rates):.1f} G madd/s, {np.median([t[name] for t in rounds]):.2f} s "
            f"for {work[name] / 1e9:.1f} G",
        )


def multiply_adds(model: Any) -> int:
    """Count the multiply-adds of one window: a kernel's cells times the places it is put."""
    total = 0
    for layer in model.layers:
        if type(layer).__name__ in ("Conv2D", "Dense"):
            places = int(np.prod(layer.output.shape[1:-1]))
            total += int(np.prod(layer.kernel.shape)) * places
    return total


def _seconds(way: Callable[[], Any]) -> float:
    start = time.perf_counter()
    way()
    return time.perf_counter() - start
