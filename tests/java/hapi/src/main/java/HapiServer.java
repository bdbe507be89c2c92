import ca.uhn.fhir.batch2.jobs.export.BulkDataExportProvider;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.packages.IPackageInstallerSvc;
import ca.uhn.fhir.jpa.packages.PackageInstallationSpec;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.provider.ValueSetOperationProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.RequestValidatingInterceptor;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.validation.IInstanceValidatorModule;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.hl7.fhir.utilities.npm.NpmPackage;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * A HAPI FHIR R4 server in one process, in memory, with HAPI's own defaults.
 *
 * <pre>java -cp … HapiServer [package.tgz]…</pre>
 *
 * The packages are installed first, in their order (name what one depends on before it: nothing is fetched).
 * Then one line, READY and the base URL; with /judging in place of /fhir the same server refuses what is invalid.
 * It ends when its standard input does.
 */
public class HapiServer {

    public static void main(String[] packages) throws Exception {
        var spring = new AnnotationConfigApplicationContext(Storage.class);
        RestfulServer rest = rest(spring), judging = rest(spring);
        judging.registerInterceptor(judge(spring));
        for (String file : packages) install(spring, Files.readAllBytes(Path.of(file)));
        System.out.println("READY http://127.0.0.1:" + listen(rest, judging) + "/fhir");
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
        System.exit(0);
    }

    private static RestfulServer rest(ApplicationContext spring) {
        var rest = new RestfulServer(spring.getBean(FhirContext.class));
        rest.registerProviders(spring.getBean(ResourceProviderFactory.class).createProviders());
        rest.registerProvider((JpaSystemProvider<?, ?>) spring.getBean(JpaSystemProvider.class));
        rest.registerProvider(spring.getBean(ValueSetOperationProvider.class));
        rest.registerProvider(spring.getBean(BulkDataExportProvider.class));
        rest.setPagingProvider(spring.getBean(DatabaseBackedPagingProvider.class));
        rest.setDefaultResponseEncoding(EncodingEnum.JSON);
        rest.setServerConformanceProvider(new JpaCapabilityStatementProvider(
            rest,
            spring.getBean(IFhirSystemDao.class),
            spring.getBean(JpaStorageSettings.class),
            spring.getBean(ISearchParamRegistry.class),
            spring.getBean(IValidationSupport.class)));
        return rest;
    }

    private static void install(ApplicationContext spring, byte[] archive) throws Exception {
        NpmPackage contents = NpmPackage.fromPackage(new ByteArrayInputStream(archive));
        spring.getBean(IPackageInstallerSvc.class).install(new PackageInstallationSpec()
            .setName(contents.name())
            .setVersion(contents.version())
            .setPackageContents(archive)
            .setInstallMode(PackageInstallationSpec.InstallModeEnum.STORE_AND_INSTALL)
            .setFetchDependencies(false));
    }

    /** Refuses with 422 what is written and invalid. */
    private static RequestValidatingInterceptor judge(ApplicationContext spring) {
        var interceptor = new RequestValidatingInterceptor();
        interceptor.addValidatorModule(spring.getBean(IInstanceValidatorModule.class));
        interceptor.setFailOnSeverity(ResultSeverityEnum.ERROR);
        return interceptor;
    }

    /** Serves on a free port of this machine alone; returns the port. */
    private static int listen(RestfulServer rest, RestfulServer judging) throws Exception {
        var web = new ServletContextHandler("/");
        web.addServlet(new ServletHolder(rest), "/fhir/*");
        web.addServlet(new ServletHolder(judging), "/judging/*");
        var jetty = new Server(new InetSocketAddress("127.0.0.1", 0));
        jetty.setHandler(web);
        jetty.start();
        return ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
    }
}
