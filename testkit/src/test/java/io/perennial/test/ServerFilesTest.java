package io.perennial.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerFilesTest {
    private final ServerFiles files = new ServerFiles("perennial-test-");

    @AfterEach
    void delete() {
        files.delete();
        assertThat(files.path()).doesNotExist();
    }

    @Test
    void putsTheDataBack_asTheyWereAtTheLastBackup() throws IOException {
        writeData("first");
        files.backUp();
        writeData("second");
        files.backUp();
        writeData("third");
        Files.writeString(files.data().resolve("version-2/log.2"), "later");

        files.putBackupBack();
        assertThat(readData()).isEqualTo("second");
        assertThat(files.data().resolve("version-2/log.2")).doesNotExist();

        files.deleteData();
        assertThat(files.data()).doesNotExist();
        files.putBackupBack();
        assertThat(readData()).isEqualTo("second");
    }

    @Test
    void leavesTheDataAlone_whenThereIsNoBackup() throws IOException {
        writeData("only");

        assertThatThrownBy(files::putBackupBack)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("call backUp() first");

        assertThat(readData()).isEqualTo("only");
    }

    @Test
    void keepsTheConfiguration_whenTheDataAreDeleted() throws IOException {
        writeData("data");
        var config = files.write("zoo.cfg", "clientPort=2181\n");

        files.deleteData();

        assertThat(config).hasContent("clientPort=2181\n");
    }

    private void writeData(String text) throws IOException {
        Files.createDirectories(files.data().resolve("version-2"));
        Files.writeString(files.data().resolve("version-2/log.1"), text);
    }

    private String readData() throws IOException {
        return Files.readString(files.data().resolve("version-2/log.1"));
    }
}
