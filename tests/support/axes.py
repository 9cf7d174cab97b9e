"""What all axes have to show."""


def check_axes(axes):
    for text in (axes.get_xlabel(), axes.get_ylabel()):
        assert "(" in text, f"an axis needs a name and a unit, got {text!r}"
