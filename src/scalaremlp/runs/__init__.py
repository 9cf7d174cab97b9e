"""Runs: from typed settings to a folder with a fitted model, its numbers and its pictures.

    run.json         what was asked: everything that is needed to make the run again
    metrics.jsonl    the course of the fit, written while it goes on
    checkpoint/      the state of the fit, from which it goes on if it is interrupted; gone when it is finished
    result.json      the numbers; the last to be written: with it the run is finished
    figures/         learning curve and predicted against true, or trajectories and their errors
    tensorboard/     the course of the fit as events, if that was asked

beside the files of the model, which `scalaremlp.load` reads. The command line turns words into these settings;
experiments and benchmarks make them by hand.
"""
