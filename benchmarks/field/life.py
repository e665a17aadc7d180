"""A planned chat, lived through agents in one namespace; and recorded plainly in another."""

from collections.abc import Sequence
from typing import Any

from langchain_core.messages import HumanMessage
from langgraph.types import Command

from langgraph_dreams import Episode, Namespace

from ..runner import Tick
from .agents import AGENTS, Actor, AgentName, Cue, build
from .plan import STATING, Plan, Step

APPROVED: dict[str, Any] = {"decisions": [{"type": "approve"}]}
_LATEST = 16
"""Checkpoints among which that of the last message is."""


class Player:
    """Says the steps of a plan to the agents of one namespace."""

    def __init__(self, namespace: Namespace, plan: Plan) -> None:
        self._namespace = namespace
        self._actor = Actor()
        self._agents = {
            name: build(name, namespace, self._actor, plan.findings, plan.summary)
            for name in AGENTS
        }

    def live(self, name: AgentName, step: Step) -> None:
        """Say one step, in the way and as often as it is planned."""
        agent = self._agents[name]
        call = {"tool": "search", "approval": "send"}.get(step.way, "")
        # The plain graphs stop for an approval by themselves.
        call = "" if call == "send" and name != "middleware" else call
        self._actor.cues[step.id] = Cue(step.answer, call)
        self._actor.failing = step.again == "retry"
        config = self._config(step)
        try:
            agent.invoke(_said(step, step.draft if step.again == "edit" else step.text), config)
        except ConnectionError:
            agent.invoke(None, config)
        if step.again == "edit":
            before = self._before(agent, step, config)
            edited = agent.update_state(before, _said(step, step.text))
            agent.invoke(None, self._config(step, edited))
        elif step.again == "regenerate":
            agent.invoke(None, self._config(step, self._before(agent, step, config)))
        elif step.again == "send again":
            agent.invoke(_said(step, step.text), config)
        if step.way == "approval":
            words = name != "middleware" and step.draft
            agent.invoke(Command(resume=words or APPROVED), config)

    @staticmethod
    def _config(step: Step, place: Any = None) -> dict[str, Any]:
        configurable = {"thread_id": step.thread, "way": step.way}
        return {
            "configurable": configurable | (place or {}).get("configurable", {}),
            "metadata": {"time": step.time.isoformat()},
        }

    @staticmethod
    def _before(agent: Any, step: Step, config: Any) -> Any:
        """Where the message had been said, and nothing had been done about it."""
        places = [
            state.config
            for state in agent.get_state_history(config, limit=_LATEST)
            if state.next
            and (messages := state.values.get("messages"))
            and messages[-1].id == step.id
        ]
        return places[-1]


def _said(step: Step, text: str) -> dict[str, Any]:
    return {"messages": [HumanMessage(text, id=step.id, name=step.speaker or None)]}


def live(plan: Plan, field: Namespace, plain: Namespace, every: int, tick: Tick) -> None:
    """Live the plan in `field`, record its statements in `plain`; dream in both after `every`
    sittings, and at the end."""
    player = Player(field, plan)
    for index, sitting in enumerate(plan.sittings):
        tick(f"{plan.case.name}: living", index, len(plan.sittings))
        for step in sitting:
            player.live(AGENTS[index % len(AGENTS)], step)
        field.flush()
        plain.record(statements(sitting))
        if index % every == every - 1 or index == len(plan.sittings) - 1:
            for namespace in (field, plain):
                namespace.dream()


def statements(steps: Sequence[Step]) -> list[Episode]:
    """What was stated, as episodes without anything around."""
    return [
        Episode(
            id=f"e {step.id}",
            text=f"{step.speaker or 'user'}: {step.text}",
            said=step.text,
            message=step.id,
            thread=step.thread,
            position=position,
            speaker=step.speaker,
            time=step.time,
        )
        for position, step in enumerate(steps)
        if step.kind in STATING
    ]
