package dev.parley.node.state;

import dev.parley.node.state.Mark.Position;
import dev.parley.node.state.StateFormat.Content;
import dev.parley.spi.StateStoreException;
import dev.parley.spi.StateStoreException.Reason;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Why a state file is not used, said with its name and what to do. */
record Refusals(Path path) {

  StateStoreException inUse() {
    return new StateStoreException(
        Reason.IN_USE, "state file " + path + ": another node uses it; stop that one first");
  }

  StateStoreException broken(Exception cause) {
    return new StateStoreException(
        Reason.BROKEN,
        "state file " + path + ": it takes nothing more since a write failed; open it anew",
        cause);
  }

  StateStoreException damaged(String problem) {
    return new StateStoreException(
        Reason.DAMAGED,
        "state file "
            + path
            + ": "
            + problem
            + ". Nothing was changed. Keep copies of it and of "
            + StateFile.lockOf(path).getFileName()
            + ", and see docs/state-file.md");
  }

  /** Compares a file with how far it was completed; where that is null, nothing can be told. */
  void requireNothingLost(Content content, @Nullable Position completed) {
    if (completed == null) {
      return;
    }
    if (!Arrays.equals(completed.id, content.id)) {
      throw damaged("it is not the one that was used here last, but another, or an old one");
    }
    if (content.last < completed.sequence) {
      throw damaged(
          "from offset "
              + content.end
              + " on, batches "
              + (content.last + 1)
              + " to "
              + completed.sequence
              + " are missing or damaged: it is an older copy, or its end was lost");
    }
  }
}
