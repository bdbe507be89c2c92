import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.PreferReturnEnum;
import ca.uhn.fhir.rest.api.PreferHandlingEnum;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.interceptor.AdditionalRequestHeadersInterceptor;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import ca.uhn.fhir.rest.gclient.StringClientParam;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.*;

/**
 * HAPI's own client, put to work on any FHIR R4 server.
 *
 * <pre>java -cp … HapiClient BASE json|xml [token]</pre>
 *
 * A line for each thing that worked; what does not ends the program with an error.
 */
public class HapiClient {

    private final IGenericClient client;
    private final String mark = "urn:example:" + System.nanoTime();

    private HapiClient(String base, EncodingEnum encoding, String token) {
        client = FhirContext.forR4().newRestfulGenericClient(base);
        client.setEncoding(encoding);
        var fresh = new AdditionalRequestHeadersInterceptor();
        fresh.addHeaderValue("Cache-Control", "no-cache");
        client.registerInterceptor(fresh);
        if (token != null) client.registerInterceptor(new BearerTokenAuthInterceptor(token));
    }

    public static void main(String[] args) {
        var it = new HapiClient(args[0], EncodingEnum.forContentType(args[1]), args.length > 2 ? args[2] : null);
        it.statement();
        IdType person = it.create();
        it.read(person);
        it.update(person);
        it.patch(person);
        it.conditions();
        it.transaction();
        it.search(person);
        it.history(person);
        it.delete(person);
    }

    private void statement() {
        var said = client.capabilities().ofType(CapabilityStatement.class).execute();
        same("4.0.1", said.getFhirVersion().toCode());
        done("capabilities");
    }

    private Patient patient(String value) {
        var patient = new Patient();
        patient.addIdentifier().setSystem(mark).setValue(value);
        patient.addName().setFamily("Test" + mark.hashCode()).addGiven("Ada");
        patient.addExtension("https://example.org/height", new DecimalType(new BigDecimal("1.10")));
        return patient;
    }

    private IdType create() {
        MethodOutcome made = client.create().resource(patient("one")).prefer(PreferReturnEnum.REPRESENTATION).execute();
        same(true, made.getCreated());
        same("1", made.getId().getVersionIdPart());
        done("create");
        return (IdType) made.getId().toUnqualifiedVersionless();
    }

    private void read(IdType id) {
        var found = client.read().resource(Patient.class).withId(id).execute();
        var height = (DecimalType) found.getExtension().get(0).getValue();
        same("1.10", height.getValueAsString());
        same("Ada", found.getNameFirstRep().getGivenAsSingleString());
        same(1, client.read().resource(Patient.class).withIdAndVersion(id.getIdPart(), "1").execute().getName().size());
        same(404, refused(() -> client.read().resource(Patient.class).withId("nobody-at-all").execute()));
        done("read and vread");
    }

    private void update(IdType id) {
        var patient = client.read().resource(Patient.class).withId(id).execute();
        patient.setActive(true);
        same("2", client.update().resource(patient).execute().getId().getVersionIdPart());
        patient.setId(id.withVersion("1"));
        patient.setActive(false);
        var stale = refused(() -> client.update().resource(patient).withAdditionalHeader("If-Match", "W/\"1\"").execute());
        same(true, stale == 409 || stale == 412);
        done("update");
    }

    private void patch(IdType id) {
        client.patch().withBody("[{\"op\":\"replace\",\"path\":\"/active\",\"value\":false}]").withId(id).execute();
        same(false, client.read().resource(Patient.class).withId(id).execute().getActive());
        var wanted = new Parameters();
        var operation = wanted.addParameter().setName("operation");
        operation.addPart().setName("type").setValue(new CodeType("add"));
        operation.addPart().setName("path").setValue(new StringType("Patient"));
        operation.addPart().setName("name").setValue(new StringType("birthDate"));
        operation.addPart().setName("value").setValue(new DateType("1936-05-01"));
        client.patch().withFhirPatch(wanted).withId(id).execute();
        var found = client.read().resource(Patient.class).withId(id).execute();
        same("1936-05-01", found.getBirthDateElement().getValueAsString());
        same("4", found.getMeta().getVersionId());
        done("patch of both kinds");
    }

    private void conditions() {
        String url = "Patient?identifier=" + mark + "|two";
        same(true, client.create().resource(patient("two")).conditionalByUrl(url).execute().getCreated());
        var again = client.create().resource(patient("two")).conditionalByUrl(url).execute();
        same(true, again.getCreated() == null || !again.getCreated());
        var changed = patient("two").setGender(Enumerations.AdministrativeGender.OTHER);
        same("2", client.update().resource(changed).conditionalByUrl(url).execute().getId().getVersionIdPart());
        client.delete().resourceConditionalByUrl(url).execute();
        same(0, client.search().byUrl(url).returnBundle(Bundle.class).execute().getEntry().size());
        done("conditional create, update and delete");
    }

    private void transaction() {
        var bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        for (int number = 0; number < 25; number++) {
            String urn = String.format("urn:uuid:00000000-0000-4000-8000-%012d", number);
            add(bundle, urn, patient("many" + number));
            var said = new Observation().setStatus(Observation.ObservationStatus.FINAL).setSubject(new Reference(urn));
            said.getCode().addCoding().setSystem(mark).setCode("said");
            said.setValue(new Quantity().setValue(number).setUnit("cups"));
            add(bundle, null, said);
        }
        var answer = client.transaction().withBundle(bundle).execute();
        same(50, answer.getEntry().size());
        for (var entry : answer.getEntry()) same(true, entry.getResponse().getStatus().startsWith("201"));
        var broken = new Bundle().setType(Bundle.BundleType.TRANSACTION);
        add(broken, null, patient("never"));
        var dangling = new Observation().setStatus(Observation.ObservationStatus.FINAL);
        dangling.getCode().setText("x");
        add(broken, null, dangling.setSubject(new Reference("urn:uuid:00000000-0000-4000-8000-999999999999")));
        same(400, refused(() -> client.transaction().withBundle(broken).execute()));
        same(0, found("Patient?identifier=" + mark + "|never").size());
        done("transaction, whole or not at all");
    }

    private void add(Bundle bundle, String urn, Resource resource) {
        var entry = bundle.addEntry().setResource(resource);
        if (urn != null) entry.setFullUrl(urn);
        entry.getRequest().setMethod(Bundle.HTTPVerb.POST).setUrl(resource.fhirType());
    }

    private void search(IdType person) {
        same(25, found("Observation?code=" + mark + "|said&_count=7").size());
        same(10, found("Observation?code=" + mark + "|said&value-quantity=ge15").size());
        same(1, found("Observation?code=" + mark + "|said&subject:Patient.identifier=" + mark + "|many3").size());
        same(25, found("Patient?_has:Observation:patient:code=" + mark + "|said").size());
        same(1, found("Patient?family=test" + mark.hashCode() + "&birthdate=1936").size());
        var page = client.search().byUrl("Observation?code=" + mark + "|said&_include=Observation:subject&_count=5")
            .returnBundle(Bundle.class).execute();
        same(true, page.getEntry().stream().anyMatch(each -> each.getResource() instanceof Patient));
        var posted = client.search().forResource(Patient.class).where(new StringClientParam("family")
            .matches().value("test" + mark.hashCode())).usingStyle(ca.uhn.fhir.rest.api.SearchStyleEnum.POST)
            .returnBundle(Bundle.class).execute();
        same(true, posted.hasEntry());
        same(400, refused(() -> client.search().byUrl("Patient?favourite-song=x")
            .withAdditionalHeader("Prefer", "handling=" + PreferHandlingEnum.STRICT.getHeaderValue())
            .returnBundle(Bundle.class).execute()));
        done("search, pages, includes, chains");
    }

    /** The ids that a search finds, page after page. */
    private TreeSet<String> found(String url) {
        var ids = new TreeSet<String>();
        var bundle = client.search().byUrl(url).returnBundle(Bundle.class).execute();
        while (true) {
            for (var each : bundle.getEntry())
                if (each.getSearch().getMode() != Bundle.SearchEntryMode.OUTCOME)
                    ids.add(each.getResource().getIdElement().getIdPart());
            if (bundle.getLink(Bundle.LINK_NEXT) == null) return ids;
            bundle = client.loadPage().next(bundle).execute();
        }
    }

    private void history(IdType id) {
        var versions = client.history().onInstance(id).returnBundle(Bundle.class).execute();
        List<String> told = new ArrayList<>();
        for (var each : versions.getEntry()) told.add(each.getResource().getMeta().getVersionId());
        same(List.of("4", "3", "2", "1"), told);
        done("history");
    }

    private void delete(IdType id) {
        client.delete().resourceById(id).execute();
        same(410, refused(() -> client.read().resource(Patient.class).withId(id).execute()));
        done("delete");
    }

    /** The status with which the server says no. */
    private static int refused(Runnable asking) {
        try {
            asking.run();
        } catch (BaseServerResponseException no) {
            return no.getStatusCode();
        }
        throw new AssertionError("expected a refusal");
    }

    private static void same(Object expected, Object found) {
        if (!Objects.equals(expected, found)) throw new AssertionError("expected " + expected + ", found " + found);
    }

    private static void done(String what) {
        System.out.println(what);
    }
}
