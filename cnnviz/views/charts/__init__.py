"""The charts of the panels, as Altair specifications from plain arrays; none knows Streamlit.

activations  how often each activation of a filter occurs
results      what a network reached, class by class
reliability  how often a network is right, by its highest score
"""

from cnnviz.views.charts.activations import activations
from cnnviz.views.charts.activations import table as activations_table

__all__ = ["activations", "activations_table"]
