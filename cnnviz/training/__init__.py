"""The training wing: from soundfonts and recordings to a trained, evaluated network.

It stands beside the app, which never imports it, and is used as `python -m cnnviz.training`.

    players, score       what an instrument can play; tunes, chords, basses and drums from a seed
    synth, room, scene   notes to sound with FluidSynth; rooms, microphones; a whole clip
    samples              the clips in sample_audio/
"""
