package dev.parley.cli.options;

/** A command, seen by the options that it mixes in. */
public interface Configured {
  /** What the file and the environment say. */
  Settings settings();
}
