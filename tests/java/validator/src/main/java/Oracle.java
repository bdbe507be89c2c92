import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hl7.fhir.r5.elementmodel.Manager.FhirFormat;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.hl7.fhir.r5.utils.validation.constants.ReferenceValidationPolicy;
import org.hl7.fhir.utilities.http.ManagedWebAccess;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.hl7.fhir.utilities.validation.ValidationMessage;
import org.hl7.fhir.validation.ValidationEngine;
import org.hl7.fhir.validation.ValidatorUtils;
import org.hl7.fhir.validation.instance.InstanceValidator;
import org.hl7.fhir.validation.instance.advisor.BasePolicyAdvisorForFullValidation;

/**
 * The HL7 validator behind a pipe: one JSON request a line in, one JSON answer a line out, until the input ends.
 *
 * <pre>java -Duser.home=HOME -cp … Oracle [package#version]…</pre>
 *
 * Request: {"text": "…" or "file": "…", "format": "json" or "xml", "profiles": ["…"]}.
 * Answer:  {"issues": [{"severity", "code", "location", "id", "text", "line", "column"}]}, or {"failure": "…"}.
 * The first line out is READY. HOME/.fhir/packages holds the packages; nothing is ever fetched.
 */
public class Oracle {

    /** A validator keeps every element that it has seen and costs 12 ms to make: neither one for all nor one each. */
    static final int RENEWED_EVERY = 100;

    private final ValidationEngine engine;
    private InstanceValidator validator;
    private int uses;

    Oracle(ValidationEngine engine) {
        this.engine = engine;
    }

    public static void main(String[] packages) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // what the libraries print is no answer
        Oracle oracle = new Oracle(engine(packages));
        Gson gson = new Gson();
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println("READY");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(gson.toJson(oracle.answer(gson.fromJson(line, JsonObject.class))));
        }
    }

    /** R4 core with terminology and extensions, then the packages as named, without what they depend on. */
    static ValidationEngine engine(String[] packages) throws Exception {
        ManagedWebAccess.setAccessPolicy(ManagedWebAccess.WebAccessPolicy.PROHIBITED);
        var builder = new ValidationEngine.ValidationEngineBuilder().withVersion("4.0.1").withNoTerminologyServer();
        for (String name : packages) {
            if (name.startsWith("hl7.terminology.r4#")) builder = builder.withThoVersion(version(name));
            if (name.startsWith("hl7.fhir.uv.extensions.r4#")) builder = builder.withExtensionsVersion(version(name));
        }
        ValidationEngine engine = builder.fromSource("hl7.fhir.r4.core#4.0.1");
        engine.setTerminologyServer(null, null, null, false);
        engine.setLanguage("en-US");
        engine.setLocale(Locale.US);
        engine.setPolicyAdvisor(new BasePolicyAdvisorForFullValidation(ReferenceValidationPolicy.IGNORE, Set.of()));
        for (String name : packages) {
            if (name.startsWith("hl7.terminology.r4#") || name.startsWith("hl7.fhir.uv.extensions.r4#")) continue;
            NpmPackage guide = engine.getPcm().loadPackage(name);
            engine.getContext().loadFromPackage(guide, ValidatorUtils.loaderForVersion(guide.fhirVersion()));
        }
        return engine;
    }

    private static String version(String name) {
        return name.substring(name.indexOf('#') + 1);
    }

    private JsonObject answer(JsonObject request) {
        JsonObject answer = new JsonObject();
        try {
            answer.add("issues", issues(messages(request)));
        } catch (Exception | StackOverflowError failure) {
            answer.addProperty("failure", failure.toString());
        }
        return answer;
    }

    private List<ValidationMessage> messages(JsonObject request) throws Exception {
        byte[] bytes = request.has("file")
            ? Files.readAllBytes(Path.of(request.get("file").getAsString()))
            : request.get("text").getAsString().getBytes(StandardCharsets.UTF_8);
        FhirFormat format = request.get("format").getAsString().equals("xml") ? FhirFormat.XML : FhirFormat.JSON;
        List<String> profiles = new ArrayList<>();
        request.getAsJsonArray("profiles").forEach(profile -> profiles.add(profile.getAsString()));
        List<ValidationMessage> messages = new ArrayList<>();
        validator().validate(null, messages, new ByteArrayInputStream(bytes), format, engine.asSdList(profiles));
        return messages;
    }

    private InstanceValidator validator() throws Exception {
        if (uses++ % RENEWED_EVERY == 0) validator = fresh(engine);
        return validator;
    }

    /** A validator with our settings. */
    static InstanceValidator fresh(ValidationEngine engine) throws Exception {
        InstanceValidator validator = engine.getValidator(FhirFormat.JSON);
        validator.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
        validator.setAllowExamples(true);
        return validator;
    }

    private static JsonArray issues(List<ValidationMessage> messages) {
        JsonArray issues = new JsonArray();
        for (ValidationMessage message : messages) {
            JsonObject issue = new JsonObject();
            issue.addProperty("severity", message.getLevel().toCode());
            issue.addProperty("code", message.getType() == null ? null : message.getType().toCode());
            issue.addProperty("location", message.getLocation());
            issue.addProperty("id", message.getMessageId());
            issue.addProperty("text", message.getMessage());
            issue.addProperty("line", message.getLine());
            issue.addProperty("column", message.getCol());
            issues.add(issue);
        }
        return issues;
    }
}
