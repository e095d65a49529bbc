from dataclasses import replace

import numpy as np
import pytest

from cnnviz.training import plan


def test_the_paper_s_rate_stays():
    assert {plan.rate_at(p, plan=plan.PAPER) for p in (0.0, 0.3, 1.0)} == {1e-3}


def test_the_rate_for_rendered_clips_rises_and_falls():
    cycle = replace(plan.RENDERED, rate=1.0)
    rates = [plan.rate_at(p, plan=cycle) for p in np.linspace(0, 1, 101)]
    assert np.argmax(rates) == pytest.approx(100 * plan.RISE, abs=1)
    assert rates[0] < 0.1 and rates[-1] < 0.01


def test_the_paper_s_loss_is_the_cross_entropy_of_shares():
    targets = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
    outputs = np.array([[0.2, 0.6, 0.2], [0.3, 0.6, 0.1]])
    shares = outputs / outputs.sum(axis=1, keepdims=True)
    wanted = -np.mean([np.log(shares[0, 1]), np.mean(np.log(shares[1, [0, 2]]))])
    assert float(plan.categorical(targets, outputs)) == pytest.approx(wanted, rel=1e-5)


def test_optimisers_are_those_of_the_recipes():
    paper, rendered = plan.optimiser(plan.PAPER), plan.optimiser(plan.RENDERED)
    assert (type(paper).__name__, paper.weight_decay, paper.clipnorm) == ("Adam", None, None)
    assert (type(rendered).__name__, rendered.weight_decay, rendered.clipnorm) == ("AdamW", 1e-3, 2)


def test_weights_are_averaged_where_the_plan_says_so():
    assert plan.optimiser(plan.RENDERED).ema_momentum == plan.RENDERED.average > 0.9
    assert not plan.optimiser(plan.PAPER).use_ema
