package dev.parley.examples;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A text that several people edit at once and that ends up the same for all of them: a replicated
 * growable array (Roh et al., "Replicated abstract data types", 2011).
 *
 * <p>Each character has an id: a counter and its author. An insertion names the character that it
 * follows; of several behind the same one, those with greater ids come first. As a counter is
 * greater than all that its author has seen, that order is the same wherever the edits arrive in
 * whatever order, provided that a character comes after the one it follows. A deleted character
 * stays as a mark, so that others may still follow it. Confined to one thread at a time.
 */
final class SharedText {
  private final String author;
  private final List<Element> elements = new ArrayList<>();
  private final Map<Id, Element> byId = new HashMap<>();
  private long counter;

  SharedText(String author) {
    this.author = author;
  }

  /** What names a character. */
  record Id(long counter, String author) implements Comparable<Id> {
    @Override
    public int compareTo(Id other) {
      return counter != other.counter
          ? Long.compare(counter, other.counter)
          : author.compareTo(other.author);
    }

    @Override
    public String toString() {
      return counter + "." + author;
    }

    static Id parse(String text) {
      int dot = text.indexOf('.');
      return new Id(Long.parseLong(text.substring(0, dot)), text.substring(dot + 1));
    }
  }

  /**
   * One edit, as it is sent.
   *
   * @param id of the character that is inserted or deleted
   * @param after the character that it follows, or null for the beginning of the text
   * @param character what is inserted; null for a deletion
   */
  record Edit(Id id, @Nullable Id after, @Nullable Character character) {
    String toText() {
      return character == null
          ? "- " + id
          : "+ " + id + " " + (after == null ? "^" : after) + " " + character;
    }

    static Edit parse(String text) {
      String[] parts = text.split(" ", 4);
      if (parts[0].equals("-")) {
        return new Edit(Id.parse(parts[1]), null, null);
      }
      Id after = parts[2].equals("^") ? null : Id.parse(parts[2]);
      return new Edit(Id.parse(parts[1]), after, parts[3].charAt(0));
    }
  }

  private static final class Element {
    private final Id id;
    private final char character;
    private boolean deleted;

    Element(Id id, char character) {
      this.id = id;
      this.character = character;
    }
  }

  /** Inserts a character at a place of the visible text; the edit is for the others. */
  Edit insert(int index, char character) {
    Id after = index == 0 ? null : visible(index - 1).id;
    Edit edit = new Edit(new Id(counter + 1, author), after, character);
    apply(edit);
    return edit;
  }

  /** Deletes a character of the visible text; the edit is for the others. */
  Edit delete(int index) {
    Edit edit = new Edit(visible(index).id, null, null);
    apply(edit);
    return edit;
  }

  /** Applies an edit of this author or another; once more changes nothing. */
  void apply(Edit edit) {
    Character character = edit.character();
    Element known = byId.get(edit.id());
    if (character == null) {
      if (known != null) {
        known.deleted = true;
      }
      return;
    }
    if (known != null) {
      return;
    }
    counter = Math.max(counter, edit.id().counter());
    Element element = new Element(edit.id(), character);
    Element before = edit.after() == null ? null : byId.get(edit.after());
    int at = before == null ? 0 : elements.indexOf(before) + 1;
    while (at < elements.size() && elements.get(at).id.compareTo(edit.id()) > 0) {
      at++;
    }
    elements.add(at, element);
    byId.put(edit.id(), element);
  }

  private Element visible(int index) {
    return elements.stream().filter(e -> !e.deleted).skip(index).findFirst().orElseThrow();
  }

  /** The visible text. */
  String text() {
    StringBuilder s = new StringBuilder();
    elements.stream().filter(e -> !e.deleted).forEach(e -> s.append(e.character));
    return s.toString();
  }
}
