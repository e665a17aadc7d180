// Where the page is: #/view?ns=acme&ns=ada&more=... ; the namespace goes with every link.

export class Place {
  constructor(hash, namespaces) {
    const [path, query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
    this.view = path || "nights";
    this.parameters = new URLSearchParams(query);
    const named = this.parameters.getAll("ns");
    this.ns = named.length ? named : namespaces[0];
    this.parameters.delete("ns");
  }

  get(name) {
    return this.parameters.get(name) ?? "";
  }

  // Pairs for the server: the namespace, then what else is asked.
  asking(pairs = []) {
    return [...this.ns.map((part) => ["ns", part]), ...pairs];
  }

  href(view, pairs = []) {
    return `#/${view}?${new URLSearchParams(this.asking(pairs))}`;
  }
}

export function go(href) {
  if (location.hash === href) window.dispatchEvent(new HashChangeEvent("hashchange"));
  else location.hash = href;
}
