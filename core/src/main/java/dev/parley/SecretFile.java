package dev.parley;

import dev.parley.IdentityFileException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Reads small files with a secret: a key, a passphrase, the secret of a network. One rule holds for
 * all of them, which is that nobody but this process's user and the superuser can have read or
 * changed the content:
 *
 * <ul>
 *   <li>The file belongs to the user of this process, and nobody else has access; or it belongs to
 *       the superuser, and besides at most a group may read it. The second is how Kubernetes mounts
 *       a secret for a pod with an {@code fsGroup} and the mode 0400.
 *   <li>A symbolic link is followed if it belongs to one of the two as well.
 *   <li>A pipe, such as {@code /dev/stdin} or {@code /dev/fd/N}, is read like a file.
 * </ul>
 *
 * <p>Where the file system has no POSIX permissions, nothing is checked.
 */
public final class SecretFile {
  private static final Set<String> SUPERUSER = Set.of("root", "0");

  private final Path file;
  private final String what;
  private final Optional<String> user;

  private SecretFile(Path file, String what, Optional<String> user) {
    this.file = file;
    this.what = what;
    this.user = user;
  }

  /**
   * The content of a file, in a new array that the caller erases. It passes through no buffer that
   * outlives the call.
   *
   * @param maxBytes a larger file is refused
   * @param what the kind of secret, for messages: "{@code what} file {@code file}: ..."
   * @throws IdentityFileException if the file cannot be read, or others have access to it
   */
  public static byte[] read(Path file, int maxBytes, String what) {
    return read(file, maxBytes, what, OwnerOnlyFile.currentUser());
  }

  /**
   * As above.
   *
   * @param user the user this process runs as; empty where that is not known
   */
  static byte[] read(Path file, int maxBytes, String what, Optional<String> user) {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(what, "what");
    return new SecretFile(file, what, user).content(maxBytes);
  }

  private byte[] content(int maxBytes) {
    requireOwnLink();
    BasicFileAttributes attributes = attributes();
    if (attributes.isDirectory()) {
      throw refused(Reason.MALFORMED, "it is a directory");
    }
    if (attributes instanceof PosixFileAttributes posix) {
      requireOwner(Reason.NOT_OWNER, "it belongs to ", posix);
      requirePrivate(posix);
    }
    return read(attributes, maxBytes);
  }

  /** A link of somebody else could lead to any file of this user's. */
  private void requireOwnLink() {
    BasicFileAttributes link = attributes(LinkOption.NOFOLLOW_LINKS);
    if (link.isSymbolicLink() && link instanceof PosixFileAttributes posix) {
      requireOwner(Reason.SYMLINK, "it is a symbolic link of ", posix);
    }
  }

  private BasicFileAttributes attributes(LinkOption... options) {
    Class<? extends BasicFileAttributes> type =
        OwnerOnlyFile.hasView(file, "posix")
            ? PosixFileAttributes.class
            : BasicFileAttributes.class;
    try {
      return Files.readAttributes(file, type, options);
    } catch (NoSuchFileException e) {
      throw new IdentityFileException(
          Reason.NOT_FOUND, what, file, "there is no such file; check the path", e);
    } catch (IOException e) {
      throw io("it could not be examined", e);
    }
  }

  private void requireOwner(Reason reason, String problem, PosixFileAttributes attributes) {
    String actual = attributes.owner().getName();
    if (user.isPresent() && !user.get().equals(actual) && !SUPERUSER.contains(actual)) {
      throw refused(
          reason, problem + actual + ", this process runs as " + user.get() + "; change either");
    }
  }

  private void requirePrivate(PosixFileAttributes attributes) {
    String owner = attributes.owner().getName();
    boolean isForGroup = SUPERUSER.contains(owner) && !user.equals(Optional.of(owner));
    Set<PosixFilePermission> permissions = attributes.permissions();
    for (PosixFilePermission permission : permissions) {
      boolean allowed =
          permission.name().startsWith("OWNER_")
              || (permission == PosixFilePermission.GROUP_READ && isForGroup)
              // Of a terminal: the group of write(1) may write on it, and reads nothing.
              || (permission == PosixFilePermission.GROUP_WRITE && attributes.isOther());
      if (!allowed) {
        throw refused(
            Reason.NOT_PRIVATE,
            "others have access to it ("
                + PosixFilePermissions.toString(permissions)
                + "); run chmod 600 on it, or make a new secret if others may have read it");
      }
    }
  }

  private byte[] read(BasicFileAttributes attributes, int maxBytes) {
    // A direct buffer of our own, overwritten afterwards: given a heap array, the channel would
    // leave a copy in a per-thread buffer of the platform.
    ByteBuffer buffer = ByteBuffer.allocateDirect(maxBytes + 1);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // until full or at the end
      }
      if (!buffer.hasRemaining()) {
        throw refused(
            Reason.TOO_LARGE, "it has over " + maxBytes + " bytes; no " + what + " is so large");
      }
      if (!Objects.equals(attributes.fileKey(), attributes().fileKey())) {
        throw new IOException("the file was replaced while it was read");
      }
      byte[] content = new byte[buffer.flip().remaining()];
      buffer.get(content);
      return content;
    } catch (IOException e) {
      throw io("it could not be read", e);
    } finally {
      OwnerOnlyFile.erase(buffer);
    }
  }

  private IdentityFileException refused(Reason reason, String problem) {
    return new IdentityFileException(reason, what, file, problem, null);
  }

  private IdentityFileException io(String problem, IOException cause) {
    return new IdentityFileException(
        Reason.IO, what, file, problem + " (" + reason(cause) + ")", cause);
  }

  /** Why the system did not do it, in words. */
  static String reason(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    String said = cause instanceof FileSystemException f ? f.getReason() : null;
    return said == null ? cause.getClass().getSimpleName() : said;
  }
}
