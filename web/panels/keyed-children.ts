// Brings an element's children in line with a list, keeping those that stay: focus, graphs and open folds survive.

/** `update` is called for every item, after `create` for new ones. */
export function keyedChildren<Item, View extends HTMLElement>(
  parent: HTMLElement,
  items: readonly Item[],
  options: {
    readonly key: (item: Item) => string;
    readonly create: (item: Item) => View;
    readonly update: (view: View, item: Item) => void;
    readonly remove?: (view: View) => void;
  },
): void {
  const old = new Map<string, View>();
  for (const child of [...parent.children] as View[]) old.set(child.dataset.key ?? "", child);
  let place: Element | null = parent.firstElementChild;
  for (const item of items) {
    const key = options.key(item);
    let view = old.get(key);
    old.delete(key);
    if (view === undefined) {
      view = options.create(item);
      view.dataset.key = key;
    }
    options.update(view, item);
    if (view === place) place = place.nextElementSibling;
    else parent.insertBefore(view, place);
  }
  for (const view of old.values()) {
    options.remove?.(view);
    view.remove();
  }
}
