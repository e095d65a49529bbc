"""Neighbouring windows share all but one frame: their first convolutions are computed once.

**Conventions**: frames are (frame, mel) of a clip; `starts` are the frames at which its windows
begin; a window's map is (column, mel, filter), columns running in time.

Until the first pooling, a convolution gives every window the same columns, but for those at its
ends that see the zeros of its padding. So the columns in between are computed on the clip, those at
the ends on each window's own first and last frames, and both are put together: the numbers are
those of the windows one by one, for a fraction of the multiply-adds.
"""

from dataclasses import dataclass
from typing import Any

from cnnviz.networks import geometry

POINTWISE = ("LeakyReLU", "ReLU", "ELU", "Activation", "Dropout")
COLUMN_AXIS = 1  # of a layer's tensors, (window, column, mel, filter)


@dataclass
class _Part:
    """One stretch of columns on its way through the layers, (stretch, column, mel, filter)."""

    columns: Any
    at_left: bool = False
    at_right: bool = False


@dataclass(frozen=True)
class Shared:
    """A layer's output for windows that overlap; what they share is kept once.

    Attributes
    ----------
    left, right : tensor [shape=(window, column, mel, filter)]
        The columns at each window's ends.
    rows : tensor [shape=(row, mel, filter)]
        The columns of the clip that lie between those of the windows.
    starts : tensor [shape=(window,)], int32
        The row at which each window's columns begin, ascending.
    n_rows : int
        How many rows lie between a window's ends.
    """

    left: Any
    rows: Any
    right: Any
    starts: Any
    n_rows: int

    def windows(self) -> Any:
        """Put the windows (window, column, mel, filter) together."""
        import tensorflow as tf

        middle = _cut(self.rows, self.starts, self.n_rows)
        return tf.concat([self.left, middle, self.right], axis=1)

    def parts(self) -> tuple[Any, Any, Any]:
        """Return everything that is in the windows, and nothing else, in three tensors."""
        import tensorflow as tf

        # Rows that no window has are replaced by the nearest that one has.
        within = tf.range(tf.shape(self.rows)[0])
        within = tf.clip_by_value(within, self.starts[0], self.starts[-1] + self.n_rows - 1)
        return self.left, tf.gather(self.rows, within)[None], self.right


def leading(model: Any) -> list[Any]:
    """Return the layers, from the input on, whose columns windows share; none if it has none.

    Parameters
    ----------
    model : keras.Model
        Zero paddings, convolutions of stride 1 and pointwise layers are taken as long as each is
        the only consumer of the output before it. So the last one taken, which may have several
        consumers, is all that the rest of the model depends on.
    """
    layers: list[Any] = []
    tensor = model.inputs[0]
    while (layer := _only_consumer(model, tensor)) is not None and _shares_columns(layer):
        layers.append(layer)
        tensor = layer.output
    while layers and type(layers[-1]).__name__ == "ZeroPadding2D":
        layers.pop()  # a convolution must follow, or padding is all there is to share
    reach = sum(layer.kernel_size[0] - 1 for layer in layers if type(layer).__name__ == "Conv2D")
    return layers if 0 < reach < model.input_shape[1] // 2 else []


def _only_consumer(model: Any, tensor: Any) -> Any:
    """Return the layer of the model that alone consumes a tensor; None if there are several."""
    nodes = [
        node
        for node in geometry.nodes(model)
        if any(consumed is tensor for consumed in node.input_tensors)
    ]
    if len(nodes) != 1:
        return None
    layer = nodes[0].operation
    # Of a layer called twice, `layer.output` is the first call's.
    return layer if layer.output is nodes[0].output_tensors[0] else None


def _shares_columns(layer: Any) -> bool:
    """Tell whether a layer does the same to every column of a window, its zeros aside."""
    kind = type(layer).__name__
    if getattr(layer, "data_format", "channels_last") != "channels_last":
        return False
    if kind == "Conv2D":
        steps = (*layer.strides, *layer.dilation_rate, layer.groups)
        return layer.padding == "valid" and set(steps) == {1}
    if kind == "BatchNormalization":
        return bool(layer.axis % 4 != COLUMN_AXIS)  # or it has a factor for each column
    if kind == "PReLU":
        return COLUMN_AXIS in (layer.shared_axes or ())  # or it has a slope for each column
    return kind == "ZeroPadding2D" or kind in POINTWISE


def windows(frames: Any, starts: Any, *, length: int) -> Any:
    """Cut windows (window, frame, mel, channel) out of a clip's frames."""
    return _cut(frames, starts, length)[..., None]


def outputs(layers: list[Any], frames: Any, starts: Any, *, length: int) -> dict[str, Shared]:
    """Run windows through the layers of `leading`.

    Parameters
    ----------
    layers : list of keras.Layer
    frames : tensor [shape=(n_frames, n_mels)]
    starts : tensor [shape=(n_windows,)], int32
        Ascending, none further from the one before than a window is long.
    length : int
        Frames of a window.

    Returns
    -------
    dict of str to Shared
        The output of each layer by its name.
    """
    import tensorflow as tf

    reach = sum(layer.kernel_size[0] - 1 for layer in layers if type(layer).__name__ == "Conv2D")
    between = _Part(frames[None, :, :, None])
    n_ends = reach + 1  # of which the kernels leave a column or more
    left = _Part(windows(frames, starts, length=n_ends), at_left=True)
    right = _Part(windows(frames, starts + (length - n_ends), length=n_ends), at_right=True)
    n_left = n_right = 0  # columns at a window's ends that see its padding
    n_columns = length
    shared = {}
    for layer in layers:
        kind = type(layer).__name__
        if kind == "ZeroPadding2D":
            (before, after), mels = layer.padding
            for part in (left, between, right):
                ends = (before * part.at_left, after * part.at_right)
                part.columns = tf.pad(part.columns, [(0, 0), ends, mels, (0, 0)])
            n_left, n_right = n_left + before, n_right + after
            n_columns += before + after
        else:
            for part in (left, between, right):
                part.columns = layer(part.columns, training=False)
            if kind == "Conv2D":
                n_columns -= layer.kernel_size[0] - 1
        shared[layer.name] = Shared(
            left=left.columns[:, :n_left],
            rows=between.columns[0],
            right=right.columns[:, right.columns.shape[1] - n_right :],
            starts=starts,
            n_rows=n_columns - n_left - n_right,
        )
    return shared


def _cut(rows: Any, starts: Any, length: int) -> Any:
    import tensorflow as tf

    return tf.gather(rows, starts[:, None] + tf.range(length)[None, :])
