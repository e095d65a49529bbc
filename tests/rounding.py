"""How far rounding may take a computed number from the exact one, on any machine.

**Conventions**: bounds are absolute, of the shape and in the unit of what is computed, and for one
computation: two of them differ by up to the sum of their bounds.

Machines sum the same terms in different orders, with and without fused multiply-add. For every
order of n terms a_i b_i, the computed sum is within gamma_n * sum |a_i b_i| of the exact one, where
gamma_n = n u / (1 - n u) and u is half the spacing of floats at 1 (Higham 2002, "Accuracy and
Stability of Numerical Algorithms", 2nd ed., equation 3.5 and the text after it). This does not
hold for kernels that sum something else than these terms (Winograd, TF32).
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from cnnviz.front_ends.log_mel import mel_bank

# Error of exp, log, tanh and sigmoid in units of u. Eigen's, XLA's, and NumPy's vectorised ones
# state up to 4 units in the last place, each of two u.
FUNCTION = 8
LIKELY = 6.0  # one sum in 30 million errs by more: 2 exp(-LIKELY**2 / 2)
SLOPES = {"linear": 1.0, "relu": 1.0, "leaky_relu": 1.0, "sigmoid": 0.25}  # the steepest
PASSING = (
    *("Dropout", "Flatten", "Reshape", "Permute", "ZeroPadding2D"),
    *("MaxPooling2D", "GlobalMaxPooling2D"),  # maxima differ by no more than what they are of
)


def gamma(n: float, dtype: DTypeLike = np.float32) -> float:
    """Return n u / (1 - n u): what n roundings, one after the other, may change, as a share."""
    u = float(np.finfo(dtype).eps) / 2
    return n * u / (1 - n * u)


def of_sum(n_terms: int, largest: float, dtype: DTypeLike = np.float32) -> float:
    """Return the bound of a sum of products, none larger than `largest`."""
    return gamma(n_terms, dtype) * n_terms * largest


def likely(n: float, dtype: DTypeLike = np.float32) -> float:
    """Return what n roundings change as a share, given that they go up as often as down.

    They add to LIKELY sqrt(n) u (Higham & Mary 2019, "A new approach to probabilistic rounding
    error analysis", theorem 2.4): for what has so many steps that the worst case is of no use.
    """
    return LIKELY * float(np.sqrt(n)) * gamma(1, dtype)


def of_log_mel(front_end: Any, y: ArrayLike, *, roundings: int = 4) -> NDArray[np.float64]:
    """Return the bound of each cell (frame, mel) of a standardised log-mel.

    Each bin of the transform errs by a share of the whole frame's norm (Higham 2002, section 24.1;
    rounding noise is white), and the logarithm makes that large in quiet cells only. Each of its
    log2(n_fft) stages multiplies and adds.

    Parameters
    ----------
    front_end : LogMel
    y : array [shape=(n_samples,)]
    roundings : int
        Of a sample before the transform: level, analysis window, their product, and one to spare.
    """
    f, y = front_end, np.asarray(y, float)
    padded = np.pad(y / np.abs(y).max(), f.n_fft // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, f.n_fft)[:: f.hop_length]
    frames = frames * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(f.n_fft) / f.n_fft))
    bank = mel_bank(f.n_mels, f.n_fft, f.sample_rate)
    mel = np.abs(np.fft.rfft(frames)) @ bank.T
    norms = np.linalg.norm(frames, axis=1, keepdims=True)
    transform = likely(2 * np.log2(f.n_fft) + roundings) * norms
    error = transform * np.linalg.norm(bank, axis=1) + gamma((bank > 0).sum(axis=1).max() + 2) * mel
    log = error / np.maximum(mel - error, f.log_floor)
    reach = np.abs(np.log(np.maximum(mel, f.log_floor))) + abs(f.mean)
    return (log + gamma(FUNCTION + 2) * reach) / f.std


def likely_share(model: Any) -> float:
    """Return what all layers together change, as a share of a layer's largest activation.

    For a deep network, if every layer passes on the share of the one before.
    """
    kernels = [layer.get_weights()[0] for layer in model.layers if layer.weights]
    return sum(likely(kernel[..., 0].size + 1) for kernel in kernels)


def of_layers(model: Any, x: ArrayLike) -> dict[str, NDArray[Any]]:
    """Return the bound of every cell of every layer for an input.

    Each layer passes on the error of its input, multiplied by the magnitudes of its weights, and
    adds that of its own sums (Higham 2002, section 3.3, running error analysis). The bound grows by
    the worst case with every layer: useful for a few layers, not for ten.

    Parameters
    ----------
    model : keras.Model
        Convolutions, dense layers, normalisations, maxima and pointwise layers, each with one
        input.
    x : array [shape=(window, frame, mel, channel)]

    Raises
    ------
    ValueError
        If a layer is of a kind whose rounding is not known here.
    """
    x = np.asarray(x, model.compute_dtype)
    known = {id(model.inputs[0]): (x, np.zeros_like(x))}
    bounds = {}
    for layer in model.layers:
        if type(layer).__name__ != "InputLayer":
            values, error = known[id(layer.input)]
            bounds[layer.name] = of_layer(layer, values, error)
            known[id(layer.output)] = np.asarray(layer(values)), bounds[layer.name]
    return bounds


def of_layer(
    layer: Any, x: NDArray[Any], error: ArrayLike = 0.0, *, roundings: int = 0
) -> NDArray[Any]:
    """Return the bound behind one layer.

    Parameters
    ----------
    layer : keras.Layer
    x, error : np.ndarray
        Its input, and the bound of that.
    roundings : int
        Those of each weight, where the two sides have computed their weights differently.
    """
    error = np.broadcast_to(np.asarray(error, x.dtype), x.shape)
    kind = type(layer).__name__
    if kind in PASSING:
        return np.asarray(layer(error))
    weights = [np.abs(w) for w in layer.get_weights()]
    if kind == "LeakyReLU":
        bound = error
    elif kind == "BatchNormalization":
        along = [1] * x.ndim
        along[layer.axis] = -1
        scale, shift, mean, variance = (weight.reshape(along) for weight in weights)
        scale = scale / np.sqrt(variance + layer.epsilon)
        reach = scale * (np.abs(x) + error + mean) + shift
        bound = scale * error + gamma(8 + roundings, x.dtype) * reach
    elif kind in ("Conv2D", "Dense"):
        kernel, bias = weights
        reach = _sums(layer, np.abs(x) + error, kernel) + bias
        share = gamma(kernel[..., 0].size + 1 + roundings, x.dtype)
        bound = _sums(layer, error, kernel) + share * reach
    elif kind == "PReLU":
        (slope,) = weights
        bound = np.maximum(1, slope) * (error + gamma(1 + roundings, x.dtype) * np.abs(x))
    else:
        raise ValueError(f"the rounding of a layer of the kind {kind} is not known")
    name = getattr(getattr(layer, "activation", None), "__name__", "linear")
    if name not in SLOPES:
        raise ValueError(f"the rounding of the activation '{name}' is not known")
    own = 0.0 if name == "linear" and weights else gamma(FUNCTION, x.dtype) * np.abs(layer(x))
    return np.asarray(SLOPES[name] * bound + own)


def _sums(layer: Any, x: NDArray[Any], kernel: NDArray[Any]) -> NDArray[Any]:
    from keras import ops

    if kernel.ndim == 2:
        return np.asarray(x @ kernel)
    places = {"padding": layer.padding, "dilation_rate": layer.dilation_rate}
    return np.asarray(ops.conv(x, kernel, strides=layer.strides, **places))


def assert_within(found: ArrayLike, wanted: ArrayLike, bound: ArrayLike) -> None:
    """Compare cell by cell with a bound that may differ from cell to cell."""
    found, wanted = np.asarray(found, float), np.asarray(wanted, float)
    assert found.shape == wanted.shape, f"shape {found.shape}, wanted {wanted.shape}"
    difference = np.abs(found - wanted)
    beyond = ~(difference <= bound)  # NaN too
    assert not beyond.any(), (
        f"{beyond.sum()} of {beyond.size} cells differ by more than rounding explains: by up to "
        f"{difference[beyond].max():.3g}, bounds up to {np.max(bound):.3g}"
    )
