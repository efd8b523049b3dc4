package dev.parley.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** What can run out or be refused: a test has it do so. */
interface Disk {
  /** The machine's. */
  Disk REAL = new Disk() {};

  /**
   * The file of this name in {@code directory}.
   *
   * @throws java.nio.file.InvalidPathException if the system's character set has no such name
   */
  default Path named(Path directory, String name) {
    return directory.resolve(name);
  }

  /**
   * What has a path, a link itself where it is one.
   *
   * @throws java.nio.file.NoSuchFileException if nothing has it
   */
  default BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Opens a file for reading and writing, which need not exist. */
  default RandomAccessFile open(Path file) throws IOException {
    return new RandomAccessFile(file.toFile(), "rw");
  }

  /** Writes {@code bytes} where {@code file} is. */
  default void write(RandomAccessFile file, byte[] bytes) throws IOException {
    file.write(bytes);
  }

  /** How many bytes may still be written below {@code directory}. */
  default long freeBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }
}
