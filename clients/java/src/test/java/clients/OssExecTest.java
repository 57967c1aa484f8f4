package clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The SDKs with the cloud's own https endpoints, in a program that is run as it is. That of OSS takes no proxy from its environment. */
class OssExecTest {
    @Test
    void aProgramWithTheCloudsEndpointsIsLed(@TempDir Path folder) throws Exception {
        String named = System.getenv("ACSLAB");
        String program = named != null ? named : Path.of("..", "..", "target", "debug", "acslab").toString();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path out = folder.resolve("out"), err = folder.resolve("err");
        var run = new ProcessBuilder(program, "exec", "--open", "oss", "--", java, "-cp", classes, "clients.OssProgram");
        int code = run.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
        String told = Files.readString(err);
        if (told.contains("acslab: not isolated")) {
            // Where there are no networks of one's own, that has been told, and nothing is run where it must be in one.
            assertEquals(2, new ProcessBuilder(program, "exec", "--isolate", "--", java, "-version").start().waitFor());
            return;
        }
        assertEquals("hello\n200\nstopped\n", Files.readString(out), told);
        assertEquals(0, code, told);
        assertTrue(told.contains("refused: 1 host") && told.contains("no-cloud.example.com:443"), told);
    }
}
