package dev.parley;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An identity file, or another file with a secret, could not be read or written.
 *
 * <p>The message names the file and what to do next; it never holds any part of the file. Programs
 * decide by {@link #reason()}.
 */
public final class IdentityFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Why an identity file was refused. */
  public enum Reason {
    /** There is no such file. */
    NOT_FOUND,
    /** The file, or its public companion, is there already; nothing was written. */
    EXISTS,
    /** Users other than the owner have access to the file. */
    NOT_PRIVATE,
    /** The file belongs neither to the user this process runs as nor to the superuser. */
    NOT_OWNER,
    /** The file is a symbolic link that belongs to somebody else. */
    SYMLINK,
    /** The content is no Ed25519 private key in a form this library reads. */
    MALFORMED,
    /** The passphrase does not open the file, or its encrypted part is damaged. */
    WRONG_PASSPHRASE,
    /** The file is encrypted and no passphrase was given. */
    PASSPHRASE_REQUIRED,
    /** The private key does not belong to the public key stored with or beside it. */
    ID_MISMATCH,
    /** The file is larger than any identity file. */
    TOO_LARGE,
    /** The operating system reported an error, which is the cause. */
    IO
  }

  private final Reason reason;
  private final String path;

  IdentityFileException(Reason reason, Path path, String problem, @Nullable Throwable cause) {
    this(reason, "identity", path, problem, cause);
  }

  IdentityFileException(
      Reason reason, String what, Path path, String problem, @Nullable Throwable cause) {
    super(what + " file " + path + ": " + problem, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
    this.path = path.toString();
  }

  IdentityFileException(Reason reason, Path path, String problem) {
    this(reason, path, problem, null);
  }

  /** Why the file was refused. */
  public Reason reason() {
    return reason;
  }

  /** The file in question: the key file, or its public companion. */
  public String path() {
    return path;
  }
}
