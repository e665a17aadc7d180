"""The check by which a turn that a recorder logs already is not recorded twice."""

from langchain_core.runnables import RunnableConfig

from langgraph_dreams.errors import NamespaceError
from langgraph_dreams.integrations.recording.recorder import EpisodeRecorder
from langgraph_dreams.integrations.recording.writer import Recordable


def recorded_already(config: RunnableConfig, namespace: Recordable) -> bool:
    """True if a recorder attached to the run, or to one around it, records into `namespace`."""
    handlers = getattr(config.get("callbacks"), "handlers", ())
    recorders = [handler for handler in handlers if isinstance(handler, EpisodeRecorder)]
    if not recorders:
        return False
    own = _filled(namespace, config)
    if own is None:
        # Nobody's memory: the recorder keeps the turn aside, and says so.
        return any(recorder.namespace == namespace for recorder in recorders)
    return any(_filled(recorder.namespace, config) == own for recorder in recorders)


def _filled(namespace: Recordable, config: RunnableConfig) -> Recordable | None:
    try:
        return namespace.resolve(config)
    except NamespaceError:
        return None
