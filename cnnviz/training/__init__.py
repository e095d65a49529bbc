"""The training wing: from soundfonts and recordings to a trained, evaluated network.

It stands beside the app, which never imports it, and is used as `python -m cnnviz.training`.

    players, score       what an instrument can play; tunes, chords, basses and drums from a seed
    synth, singer        notes to sound: FluidSynth with free soundfonts, a formant synthesiser
    room, scene          rooms, microphones, levels; a whole clip of music
    samples              the rendered clips in sample_audio/
    recordings, passages the real ones: cut out of longer recordings, and where
    marks                what a network names in all of them
    collection, takes    labelled clips of every source; real notes and phrases played anew
    backing, sources     recorded accompaniments; instruments and what accompanies them
    mastering, lossy     from a mix to a listener; files that lose something
    produced             music as it is produced
    render               labelled training clips without end; tests of produced music
    split                which recordings validate
    source               what is learned from:
    windows, shards      clips as they are; rendered ones
    augment              how rendered clips change from one draw to the next
    architecture, plan   networks by name; recipes
    building             the network that learns, and the plain one that is kept
    fit, journal         learning; its checkpoints
    stopping             being asked to stop
    calibration          scores that mean how often they are right
    run                  from a collection to a network folder
    predict, evaluate    a network over a collection; the table with its intervals
    baseline             MFCC statistics with an SVM
    publish, record      the folder that the app loads; what it says of its training
    commands             what each command does
"""
