package dev.parley.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** What can run out: a test has it do so. */
interface Disk {
  /** The machine's. */
  Disk REAL = new Disk() {};

  /** Writes {@code bytes} where {@code file} is. */
  default void write(RandomAccessFile file, byte[] bytes) throws IOException {
    file.write(bytes);
  }

  /** How many bytes may still be written below {@code directory}. */
  default long freeBytes(Path directory) throws IOException {
    return Files.getFileStore(directory).getUsableSpace();
  }
}
