import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hl7.fhir.r5.elementmodel.Element;
import org.hl7.fhir.r5.elementmodel.Manager;
import org.hl7.fhir.r5.elementmodel.Manager.FhirFormat;
import org.hl7.fhir.r5.fhirpath.FHIRPathEngine;
import org.hl7.fhir.r5.fhirpath.FHIRPathUtilityClasses.FunctionDetails;
import org.hl7.fhir.r5.fhirpath.IHostApplicationServices;
import org.hl7.fhir.r5.fhirpath.TypeDetails;
import org.hl7.fhir.r5.model.Base;
import org.hl7.fhir.r5.model.Identifier;
import org.hl7.fhir.r5.model.ValueSet;
import org.hl7.fhir.utilities.fhirpath.FHIRPathConstantEvaluationMode;
import org.hl7.fhir.utilities.http.ManagedWebAccess;
import org.hl7.fhir.validation.ValidationEngine;

/**
 * The HL7 validator's FHIRPath engine behind a pipe: one JSON request a line in, one JSON answer a line out.
 *
 * <pre>java -Duser.home=HOME -cp … Paths</pre>
 *
 * Request: {"text": "a resource as JSON", "expressions": ["…"]}.
 * Answer:  {"answers": [{"items": [["type", "value"]]} or {"failure": "…"}]}, an answer for each expression.
 * The value of a complex element is empty. An expression that takes too long is a failure.
 */
public class Paths implements IHostApplicationServices {

    private static final int PATIENCE = 5; // seconds
    private static final Gson GSON = new Gson();
    private final ExecutorService work = Executors.newCachedThreadPool(Paths::quiet);
    private final ValidationEngine validator;

    Paths(ValidationEngine validator) {
        this.validator = validator;
    }

    public static void main(String[] none) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // what the libraries print is no answer
        ManagedWebAccess.setAccessPolicy(ManagedWebAccess.WebAccessPolicy.PROHIBITED);
        var builder = new ValidationEngine.ValidationEngineBuilder().withVersion("4.0.1").withNoTerminologyServer();
        Paths paths = new Paths(builder.fromSource("hl7.fhir.r4.core#4.0.1"));
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println("READY");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(GSON.toJson(paths.answer(GSON.fromJson(line, JsonObject.class))));
        }
        System.exit(0);
    }

    private static Thread quiet(Runnable task) {
        Thread thread = new Thread(null, task, "evaluation", 16 << 20);
        thread.setDaemon(true);
        return thread;
    }

    private JsonObject answer(JsonObject request) {
        JsonArray answers = new JsonArray();
        for (var expression : request.getAsJsonArray("expressions")) {
            answers.add(inTime(request.get("text").getAsString(), expression.getAsString()));
        }
        JsonObject answer = new JsonObject();
        answer.add("answers", answers);
        return answer;
    }

    private JsonObject inTime(String text, String expression) {
        Future<JsonArray> found = work.submit(() -> items(text, expression));
        JsonObject answer = new JsonObject();
        try {
            answer.add("items", found.get(PATIENCE, TimeUnit.SECONDS));
        } catch (TimeoutException slow) {
            found.cancel(true);
            answer.addProperty("failure", "took too long");
        } catch (Exception failure) {
            answer.addProperty("failure", String.valueOf(failure.getMessage()));
        }
        return answer;
    }

    private JsonArray items(String text, String expression) throws Exception {
        var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        Element resource = Manager.parseSingle(validator.getContext(), bytes, FhirFormat.JSON);
        FHIRPathEngine engine = new FHIRPathEngine(validator.getContext());
        engine.setHostServices(this);
        JsonArray items = new JsonArray();
        for (Base each : engine.evaluate(resource, resource, resource, resource, engine.parse(expression))) {
            JsonArray item = new JsonArray();
            item.add(each.fhirType());
            item.add(each.isPrimitive() ? each.primitiveValue() : "");
            items.add(item);
        }
        return items;
    }

    /** Contained resources and the entries of the same Bundle; nothing is fetched. */
    @Override
    public Base resolveReference(FHIRPathEngine engine, Object resource, String url, Identifier by, Base from) {
        Element root = (Element) resource;
        for (Element contained : root.getChildrenByName("contained")) {
            if (url.equals("#" + contained.getIdBase())) return contained;
        }
        for (Element entry : root.getChildrenByName("entry")) {
            Element inside = entry.getNamedChild("resource");
            if (inside == null) continue;
            if (url.equals(entry.getNamedChildValue("fullUrl", false))) return inside;
            if (url.equals(inside.fhirType() + "/" + inside.getIdBase())) return inside;
        }
        return null;
    }

    @Override
    public List<Base> resolveConstant(FHIRPathEngine e, Object c, String name, FHIRPathConstantEvaluationMode mode) {
        return List.of();
    }

    @Override
    public TypeDetails resolveConstantType(FHIRPathEngine e, Object c, String name, FHIRPathConstantEvaluationMode m) {
        return null;
    }

    @Override
    public boolean log(String argument, List<Base> focus) {
        return false;
    }

    @Override
    public FunctionDetails resolveFunction(FHIRPathEngine engine, String name) {
        return null;
    }

    @Override
    public TypeDetails checkFunction(FHIRPathEngine e, Object c, String name, TypeDetails on, List<TypeDetails> with) {
        return null;
    }

    @Override
    public List<Base> executeFunction(FHIRPathEngine e, Object c, List<Base> on, String name, List<List<Base>> with) {
        throw new UnsupportedOperationException(name);
    }

    @Override
    public Base findContainingResource(Object context, Base item) {
        return (Base) context;
    }

    @Override
    public boolean conformsToProfile(FHIRPathEngine engine, Object context, Base item, String url) {
        throw new UnsupportedOperationException("conformsTo");
    }

    @Override
    public ValueSet resolveValueSet(FHIRPathEngine engine, Object context, String url) {
        return validator.getContext().fetchResource(ValueSet.class, url);
    }

    @Override
    public boolean paramIsType(String name, int index) {
        return false;
    }
}
