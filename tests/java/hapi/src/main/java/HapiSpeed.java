import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.formats.JsonParser;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.hl7.fhir.utilities.npm.NpmPackage;

/**
 * How long HAPI's validator takes over the resources of a file, set up as its documentation does and kept for all.
 *
 * <pre>java -cp … HapiSpeed FILE.ndjson [PACKAGE.tgz]…</pre>
 *
 * Says READY once it has judged the first resource. For each line in, one pass in one thread; out:
 * {"seconds": 1.5, "invalid": 3}. The time is taken here, reading the file and the pipe are not in it.
 */
public class HapiSpeed {

    /** A shorter pass is repeated for so many seconds, and its mean is told. */
    private static final double LONG_ENOUGH = 0.25;
    private static final String[] USED = {"StructureDefinition", "ValueSet", "CodeSystem"};

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // what the libraries print is no answer
        List<String> texts = Files.readAllLines(Path.of(arguments[0]));
        FhirValidator validator = validator(List.of(arguments).subList(1, arguments.length));
        validator.validateWithResult(texts.get(0));
        out.println("READY");
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (in.readLine() != null) {
            int passes = 0;
            long start = System.nanoTime(), invalid;
            double seconds;
            do {
                invalid = texts.stream().filter(text -> !validator.validateWithResult(text).isSuccessful()).count();
                passes++;
                seconds = (System.nanoTime() - start) / 1e9;
            } while (seconds < LONG_ENOUGH);
            out.printf(Locale.ROOT, "{\"seconds\": %.9f, \"invalid\": %d}%n", seconds / passes, invalid);
        }
    }

    private static FhirValidator validator(List<String> packages) throws IOException {
        FhirContext context = FhirContext.forR4Cached();
        var chain = new ValidationSupportChain( // which remembers what it was asked
            new DefaultProfileValidationSupport(context), defined(context, packages),
            new CommonCodeSystemsTerminologyService(context), new InMemoryTerminologyServerValidationSupport(context),
            new SnapshotGeneratingValidationSupport(context));
        FhirInstanceValidator module = new FhirInstanceValidator(chain);
        module.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
        return context.newValidator().registerValidatorModule(module);
    }

    /** What the packages define; HAPI's own support for packages reads the class path only. */
    private static IValidationSupport defined(FhirContext context, List<String> packages) throws IOException {
        PrePopulatedValidationSupport support = new PrePopulatedValidationSupport(context);
        for (String file : packages) {
            try (InputStream packed = new FileInputStream(file)) {
                NpmPackage read = NpmPackage.fromPackage(packed);
                for (String name : read.listResources(USED)) {
                    try (InputStream resource = read.loadResource(name)) {
                        support.addResource(new JsonParser().parse(resource));
                    } catch (IOException | RuntimeException failure) {
                        System.err.println("not loaded: " + name + ": " + failure.getMessage());
                    }
                }
            }
        }
        return support;
    }
}
