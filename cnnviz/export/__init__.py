"""What is on the stage, as files: pictures, films with their sound, numbers.

    subject ─ colour ─ maps ─┐
    axes ─ shapes ─ tiles ───┴─▶ picture ─▶ still (PNG, SVG) · film (MP4) · loop (WebP, GIF)
    subject ─▶ numbers (CSV, NPZ)          record: what each file says of itself
    looks, words: what pictures share with the stage
    work, job: progress and stop, a thread for each file, whose turn it is

**Conventions**: as on the stage: a *frame* is the index of a window, a *filter* an index into the
layer, both from 0. Pictures are uint8 (row, column, RGB); lengths in a layout are the page's
pixels, for each of which a picture has `ratio`. Nothing here knows Streamlit.
"""
