"""What one process needs to serve many visitors.

store    what was computed lately, within a bound
turns    who may work now, and who waits
uploads  what visitors bring, all together within a bound
memory   what the C library and TensorFlow do with freed memory
cores    how many cores there are to use
"""
