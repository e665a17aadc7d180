"""The former name of `langgraph_dreams.scheduling.server_queue`; it goes with version 0.6."""

import warnings

from langgraph_dreams.scheduling.server_queue import aschedule_dreams as aschedule_dreams
from langgraph_dreams.scheduling.server_queue import aschedule_sweep as aschedule_sweep
from langgraph_dreams.scheduling.server_queue import schedule_dreams as schedule_dreams
from langgraph_dreams.scheduling.server_queue import schedule_sweep as schedule_sweep

warnings.warn(
    f"import these from langgraph_dreams: {__name__} goes with version 0.6",
    FutureWarning,
    stacklevel=2,
)
