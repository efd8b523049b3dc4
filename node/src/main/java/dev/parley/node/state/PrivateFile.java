package dev.parley.node.state;

import dev.parley.spi.StateStoreException;
import dev.parley.spi.StateStoreException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A file that nobody but this process's user can read or change, as the rule for files with secrets
 * has it; stricter in that a link is refused, since a file that is replaced must be the file
 * itself, and in that it must be the user's own, since it is written.
 */
final class PrivateFile {
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?>[] NO_ATTRIBUTES = {};

  private PrivateFile() {}

  /** Creates an empty file with mode 0600, or what the file system has in its place. */
  static FileChannel create(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            hasView(file, "posix") ? new FileAttribute<?>[] {OWNER_ONLY} : NO_ATTRIBUTES);
    try {
      if (!hasView(file, "posix") && hasView(file, "acl")) {
        allowOwnerOnly(file);
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static void allowOwnerOnly(Path file) throws IOException {
    AclFileAttributeView view = Files.getFileAttributeView(file, AclFileAttributeView.class);
    view.setAcl(
        List.of(
            AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(view.getOwner())
                .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                .build()));
  }

  /**
   * Checks a file that exists.
   *
   * @throws StateStoreException if it is not private
   */
  static void require(Path file) throws IOException {
    require(file, ProcessHandle.current().info().user());
  }

  /** As above, for a process of this user; empty where that is not known. */
  static void require(Path file, Optional<String> user) throws IOException {
    Class<? extends BasicFileAttributes> type =
        hasView(file, "posix") ? PosixFileAttributes.class : BasicFileAttributes.class;
    BasicFileAttributes attributes = Files.readAttributes(file, type, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isSymbolicLink()) {
      throw refused(file, "it is a symbolic link; name the file itself");
    }
    if (!attributes.isRegularFile()) {
      throw refused(file, "it is not a regular file");
    }
    if (attributes instanceof PosixFileAttributes posix) {
      requireOwner(file, posix, user);
      requireMode(file, posix);
    }
  }

  private static void requireOwner(Path file, PosixFileAttributes posix, Optional<String> user) {
    String owner = posix.owner().getName();
    if (user.isPresent() && !user.get().equals(owner)) {
      throw refused(
          file,
          "it belongs to " + owner + ", this process runs as " + user.get() + "; change either");
    }
  }

  private static void requireMode(Path file, PosixFileAttributes posix) {
    if (posix.permissions().stream().anyMatch(p -> !p.name().startsWith("OWNER_"))) {
      throw refused(
          file,
          "others have access to it ("
              + PosixFilePermissions.toString(posix.permissions())
              + "); who could read or change it must be clear before chmod 600 "
              + file);
    }
  }

  private static StateStoreException refused(Path file, String problem) {
    return new StateStoreException(Reason.NOT_PRIVATE, "state file " + file + ": " + problem);
  }

  static boolean knowsOwners(Path file) {
    return hasView(file, "posix") || hasView(file, "acl");
  }

  static boolean hasView(Path file, String view) {
    return file.getFileSystem().supportedFileAttributeViews().contains(view);
  }
}
