"""Where the cells of a layer lie in the window, followed through the graph of a Keras model."""

from typing import Any


def places(model: Any) -> dict[str, tuple[tuple[float, float], ...]]:
    """Follow padding, kernels and strides to where each layer's cells are centred in the window.

    Returns, for each layer, (start, step) along the frames and (start, step) along the mel bands.
    Holds for a chain of layers, each keeping, padding, convolving or pooling the one before.
    """
    start, step = [0.0, 0.0], [1.0, 1.0]
    places: dict[str, tuple[tuple[float, float], ...]] = {}
    for layer in model.layers:
        kind = type(layer).__name__
        if kind == "ZeroPadding2D":
            for axis in (0, 1):
                start[axis] -= layer.padding[axis][0] * step[axis]
        elif kind in ("Conv2D", "MaxPooling2D", "AveragePooling2D"):
            sizes = layer.kernel_size if kind == "Conv2D" else layer.pool_size
            dilation = layer.dilation_rate if kind == "Conv2D" else (1, 1)
            for axis in (0, 1):
                reach = (sizes[axis] - 1) * dilation[axis]
                # "same" pads half of the kernel's reach, so that centres stay where they were
                if layer.padding == "valid":
                    start[axis] += reach / 2 * step[axis]
                step[axis] *= layer.strides[axis]
        places[layer.name] = tuple(zip(start, step, strict=True))
    return places
