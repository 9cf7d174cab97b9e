"""The report of a study of the regression tasks: tables beside the published figures, pictures, what to make of them.

Every number comes from the rows of the study or from `scalaremlp.published`.
"""

from scalaremlp.report._efficiency import draw_efficiency as draw_efficiency
from scalaremlp.report._tables import QUANTITIES as QUANTITIES
from scalaremlp.report._tables import number as number
from scalaremlp.report._tables import results_table as results_table
from scalaremlp.report._write import write_report as write_report
