"""Customer support: three users, a memory for each, and one of the product for all.

Run: python main.py
"""

import tempfile
from typing import Any

from support_desk import build, product_memory, user_memory

from langgraph_dreams import DreamStore, NamespaceError

TOLD = {
    "ann": ("My router is a Lumo 3.", "I live in the lighthouse at Skagen."),
    "bob": ("My router is a Lumo 5.", "My order is number 40417."),
    "cho": ("My parcel went back on Monday.", "My new address is Tern Lane 8."),
}
ASKED = {
    "ann": "Why does my router blink red?",
    "bob": "Why does my router restart at night?",
    "cho": "When is the refund for my parcel paid?",
}
PRYING = ("Where is the lighthouse?", "What is the number of the order?", "Who lives in Tern Lane?")
SECRETS = {"ann": "Skagen", "bob": "40417", "cho": "Tern Lane"}


def say(agent: Any, user: str, text: str) -> str:
    """One turn of a user; the context says who it is."""
    state = agent.invoke({"messages": [("user", text)]}, context={"user_id": user})
    answer: str = state["messages"][-1].text
    return answer


def main() -> None:
    """Three users tell, dream, ask and pry."""
    with tempfile.TemporaryDirectory() as folder, DreamStore.open(folder) as store:
        agent, template = build(store), user_memory(store)
        memories = {user: template.resolve({"configurable": {"user_id": user}}) for user in TOLD}

        for user, texts in TOLD.items():
            for text in texts:
                say(agent, user, text)
        for user, memory in memories.items():
            memory.flush()  # writing is done in the background
            print(f"{user}'s night: {memory.dream().counts['episodes']} episodes")

        print("\nEach is answered from the own memory, and from the product's")
        for user, question in ASKED.items():
            print(f"  {user}: {question}\n    {say(agent, user, question)}")

        print("\nNobody's memory has anything of another user")
        for user, memory in memories.items():
            found = " ".join(
                entry.item.text
                for question in PRYING
                for entry in memory.recall(question, k=10, floor=0).items
            )
            seen = [secret for secret in SECRETS.values() if secret in found]
            print(f"  {user} finds, of {', '.join(SECRETS.values())}: {', '.join(seen)}")
        in_product = " ".join(episode.text for episode in product_memory(store).episodes())
        seen = [secret for secret in SECRETS.values() if secret in in_product]
        print(f"  the product's memory has, of the same: {', '.join(seen) or 'nothing'}")

        print("\nA run that does not say who speaks is refused, and what was said kept aside")
        try:
            agent.invoke({"messages": [("user", "My password is swordfish.")]})
        except NamespaceError as error:
            print(f"  {type(error).__name__}: {error}")
        memory.flush()  # also what is kept aside is written in the background
        print(f"  kept aside: {[turn['episode'].said for turn in store.unattributed()]}")


if __name__ == "__main__":
    main()
