"""The examination of a dream before it is written, and how its alarms are told."""

import logging

from langgraph_dreams.dream.health.alarms import alarms_of
from langgraph_dreams.dream.health.figures import figures_of
from langgraph_dreams.dream.health.nothing import brought_nothing
from langgraph_dreams.dream.runtime.context import StageContext
from langgraph_dreams.types.reports import DreamReport

logger = logging.getLogger("langgraph_dreams.health")


def examined(context: StageContext, report: DreamReport) -> DreamReport:
    """The report with its figures, why it brought nothing, and its alarms."""
    health = {**report.health, **figures_of(context, report)}
    why = brought_nothing(report)
    report = report.model_copy(update={"health": health, "brought_nothing": why})
    earlier = [d for d in context.vault.dreams() if d.id != report.id]
    return report.model_copy(update={"alarms": alarms_of(report, earlier, context.policy)})


def tell_alarms(context: StageContext, report: DreamReport) -> None:
    """Tell the alarms of a dream in the stream and in the log; texts of users are in neither."""
    for alarm in report.alarms:
        context.send_progress("commit", "alarm", f"{alarm.kind}: {alarm.text}; {alarm.advice}")
        name = "/".join(report.namespace)
        logger.warning(
            "%s, dream %s, %s: %s; %s", name, report.id, alarm.kind, alarm.text, alarm.advice
        )
