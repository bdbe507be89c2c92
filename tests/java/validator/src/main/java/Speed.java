import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r5.elementmodel.Manager.FhirFormat;
import org.hl7.fhir.utilities.validation.ValidationMessage;
import org.hl7.fhir.validation.ValidationEngine;
import org.hl7.fhir.validation.instance.InstanceValidator;

/**
 * How long the HL7 validator takes over the resources of a file, at its best: warm, its validator kept for a hundred.
 *
 * <pre>java -Duser.home=HOME -cp … Speed FILE.ndjson [package#version]…</pre>
 *
 * Says READY once it has judged the first resource. A number of threads on a line in: one pass with so many; out:
 * {"seconds": 1.5, "invalid": 3}. The time is taken here, reading the file and the pipe are not in it.
 */
public class Speed {

    /** A shorter pass is repeated for so many seconds, and its mean is told. */
    private static final double LONG_ENOUGH = 0.25;
    private final ValidationEngine engine;
    private final List<byte[]> texts;

    Speed(ValidationEngine engine, List<byte[]> texts) {
        this.engine = engine;
        this.texts = texts;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // what the libraries print is no answer
        List<byte[]> texts = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(arguments[0]))) texts.add(line.getBytes(StandardCharsets.UTF_8));
        Speed speed = new Speed(Oracle.engine(Arrays.copyOfRange(arguments, 1, arguments.length)), texts);
        speed.new Judge().isValid(texts.get(0));
        out.println("READY");
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            int threads = Integer.parseInt(line.strip()), passes = 0, invalid;
            long start = System.nanoTime();
            double seconds;
            do {
                invalid = speed.pass(threads);
                passes++;
                seconds = (System.nanoTime() - start) / 1e9;
            } while (seconds < LONG_ENOUGH);
            out.printf(Locale.ROOT, "{\"seconds\": %.9f, \"invalid\": %d}%n", seconds / passes, invalid);
        }
    }

    /** How many of the resources are invalid, each judged once by one of the threads. */
    private int pass(int threads) throws Exception {
        AtomicInteger next = new AtomicInteger();
        Callable<Integer> some = () -> {
            Judge judge = new Judge();
            int invalid = 0;
            for (int at = next.getAndIncrement(); at < texts.size(); at = next.getAndIncrement()) {
                if (!judge.isValid(texts.get(at))) invalid++;
            }
            return invalid;
        };
        if (threads == 1) return some.call();
        ExecutorService work = Executors.newFixedThreadPool(threads);
        int invalid = 0;
        List<Callable<Integer>> each = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) each.add(some);
        for (Future<Integer> done : work.invokeAll(each)) invalid += done.get();
        work.shutdown();
        return invalid;
    }

    /** One thread's validator, renewed as the Oracle's is. */
    private class Judge {

        private InstanceValidator validator;
        private int uses;

        /** What it cannot judge is not valid. */
        boolean isValid(byte[] text) throws Exception {
            if (uses++ % Oracle.RENEWED_EVERY == 0) validator = Oracle.fresh(engine);
            List<ValidationMessage> messages = new ArrayList<>();
            try {
                validator.validate(null, messages, new ByteArrayInputStream(text), FhirFormat.JSON, List.of());
            } catch (Exception | StackOverflowError failure) {
                return false;
            }
            return messages.stream().noneMatch(message -> message.getLevel().isError());
        }
    }
}
