package dev.parley;

import dev.parley.IdentityFileException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Small files that only their owner may read: written whole or not at all, and never over another
 * file. {@link SecretFile} reads them.
 *
 * <p>Where the file system has POSIX permissions, the file is created with mode 0600. Where it has
 * access control lists instead, the list is set to the owner alone. Elsewhere there is nothing to
 * set.
 *
 * <p>Content passes through a direct buffer of our own that is overwritten afterwards: given a heap
 * array, the channel would leave a copy in a per-thread buffer of the platform.
 */
final class OwnerOnlyFile {
  static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
  static final Set<PosixFilePermission> WORLD_READABLE =
      PosixFilePermissions.fromString("rw-r--r--");
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?>[] NO_ATTRIBUTES = {};

  private OwnerOnlyFile() {}

  /** Creates the directories above {@code file} that are missing, each with mode 0700. */
  static void createDirectoryOf(Path file) {
    Path directory = directoryOf(file);
    if (Files.isDirectory(directory)) {
      return;
    }
    try {
      Files.createDirectories(
          directory,
          hasView(file, "posix") ? new FileAttribute<?>[] {PRIVATE_DIRECTORY} : NO_ATTRIBUTES);
    } catch (IOException e) {
      throw io(file, "its directory could not be created", e);
    }
  }

  static void requireAbsent(Path file) {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw exists(file);
    }
  }

  /**
   * Creates {@code file} with this content, durably. Of several calls at the same time, in one or
   * more processes, one succeeds.
   */
  static void create(
      Path file, byte[] content, Set<PosixFilePermission> permissions, SecureRandom random) {
    byte[] suffix = new byte[8];
    random.nextBytes(suffix);
    Path directory = directoryOf(file);
    Path temporary =
        directory.resolve("." + file.getFileName() + "." + HexFormat.of().formatHex(suffix));
    try {
      try {
        write(temporary, content, permissions);
        publish(temporary, file);
      } finally {
        Files.deleteIfExists(temporary);
      }
      forceDirectory(directory);
    } catch (IOException e) {
      throw io(file, "it could not be written", e);
    }
  }

  private static void write(Path file, byte[] content, Set<PosixFilePermission> permissions)
      throws IOException {
    FileAttribute<?>[] attributes =
        hasView(file, "posix")
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
            : NO_ATTRIBUTES;
    Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, options, attributes)) {
      if (permissions.equals(OWNER_ONLY) && hasView(file, "acl")) {
        allowOwnerOnly(file);
      }
      writeFully(channel, content);
      channel.force(true);
    }
  }

  private static void writeFully(FileChannel channel, byte[] content) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(content.length).put(content).flip();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } finally {
      erase(buffer);
    }
  }

  private static void allowOwnerOnly(Path file) throws IOException {
    AclFileAttributeView view = Files.getFileAttributeView(file, AclFileAttributeView.class);
    AclEntry entry =
        AclEntry.newBuilder()
            .setType(AclEntryType.ALLOW)
            .setPrincipal(view.getOwner())
            .setPermissions(EnumSet.allOf(AclEntryPermission.class))
            .build();
    view.setAcl(List.of(entry));
  }

  /** Gives {@code temporary} its name; a link, unlike a rename, fails where the name is taken. */
  private static void publish(Path temporary, Path file) throws IOException {
    try {
      Files.createLink(file, temporary);
    } catch (FileAlreadyExistsException e) {
      throw exists(file);
    } catch (UnsupportedOperationException | FileSystemException noLinksHere) {
      requireAbsent(file);
      Files.move(temporary, file);
    }
  }

  private static void forceDirectory(Path directory) throws IOException {
    if (hasView(directory, "posix")) { // elsewhere a directory cannot be opened
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  /** The content of a file that others may read. */
  static byte[] readPublic(Path file, int maxBytes) {
    BasicFileAttributes attributes = attributes(file);
    requireRegular(file, attributes);
    return read(file, attributes, maxBytes);
  }

  private static BasicFileAttributes attributes(Path file) {
    Class<? extends BasicFileAttributes> type =
        hasView(file, "posix") ? PosixFileAttributes.class : BasicFileAttributes.class;
    try {
      return Files.readAttributes(file, type, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      throw new IdentityFileException(
          Reason.NOT_FOUND, file, "there is no such file; check the path or create an identity", e);
    } catch (IOException e) {
      throw io(file, "it could not be examined", e);
    }
  }

  private static void requireRegular(Path file, BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      throw new IdentityFileException(
          Reason.SYMLINK, file, "it is a symbolic link; name the file itself");
    }
    if (!attributes.isRegularFile()) {
      throw new IdentityFileException(Reason.MALFORMED, file, "it is not a regular file");
    }
  }

  private static byte[] read(Path file, BasicFileAttributes attributes, int maxBytes) {
    if (attributes.size() > maxBytes) {
      throw tooLarge(file, maxBytes);
    }
    ByteBuffer buffer = ByteBuffer.allocateDirect(maxBytes + 1);
    try (FileChannel channel = FileChannel.open(file, readOptions(file))) {
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // until full or at the end
      }
      if (!buffer.hasRemaining()) {
        throw tooLarge(file, maxBytes);
      }
      requireSame(file, attributes.fileKey());
      byte[] content = new byte[buffer.flip().remaining()];
      buffer.get(content);
      return content;
    } catch (IOException e) {
      throw io(file, "it could not be read", e);
    } finally {
      erase(buffer);
    }
  }

  private static Set<OpenOption> readOptions(Path file) {
    return hasView(file, "posix") || hasView(file, "acl")
        ? Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)
        : Set.of(StandardOpenOption.READ);
  }

  /** The file that was examined is the one that was read. */
  private static void requireSame(Path file, @Nullable Object examined) throws IOException {
    if (!Objects.equals(examined, attributes(file).fileKey())) {
      throw new IOException("the file was replaced while it was read");
    }
  }

  /**
   * The user this process runs as, in the form in which the file system names owners. Empty where
   * the platform does not tell; mode 0600 alone then keeps all but the superuser from reading a
   * file of somebody else.
   */
  static Optional<String> currentUser() {
    return ProcessHandle.current().info().user();
  }

  static boolean hasView(Path file, String view) {
    return file.getFileSystem().supportedFileAttributeViews().contains(view);
  }

  private static Path directoryOf(Path file) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || file.getFileName() == null) {
      throw new IllegalArgumentException("not a path to a file: " + file);
    }
    return directory;
  }

  static void erase(ByteBuffer buffer) {
    buffer.clear();
    while (buffer.hasRemaining()) {
      buffer.put((byte) 0);
    }
  }

  private static IdentityFileException exists(Path file) {
    return new IdentityFileException(
        Reason.EXISTS, file, "it exists and is never overwritten; move it away or choose another");
  }

  private static IdentityFileException tooLarge(Path file, int maxBytes) {
    return new IdentityFileException(
        Reason.TOO_LARGE, file, "it has over " + maxBytes + " bytes; no identity file is so large");
  }

  private static IdentityFileException io(Path file, String problem, IOException cause) {
    return new IdentityFileException(
        Reason.IO, file, problem + " (" + SecretFile.reason(cause) + ")", cause);
  }
}
