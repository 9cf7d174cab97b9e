"""Where there is no terminal a fit says now and then how far it is."""

from scalaremlp.cli import main
from scalaremlp.train import ProgressLines, Record, _progress


def test_lines_come_after_half_a_minute_and_ever_more_seldom(monkeypatch):
    clock, said = [100.0], []
    monkeypatch.setattr(_progress, "monotonic", lambda: clock[0])
    lines = ProgressLines(said.append)
    for step in range(1, 1201):
        clock[0] = 100.0 + step  # one second a step
        lines(Record(step=step, steps=1200, loss=1 / step, validation=2 / step))
    assert [int(line.split()[1]) for line in said] == [30, 45, 68, 102, 153, 230, 345, 518, 777, 1166]
    assert said[0] == "step 30 of at most 1200: loss 3.33e-02, validation 6.67e-02, 30 s"


def test_the_command_says_them_where_there_is_no_terminal(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(_progress, "monotonic", iter(range(0, 10**6, 100)).__next__)
    words = ["train", "o5", "--ntrain", "20", "--ntest", "20", "--model", "mlp", "--width", "2", "--depth", "1"]
    assert main([*words, "--out", str(tmp_path / "a")]) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("step ")]
    assert told and " of at most " in told[0]
