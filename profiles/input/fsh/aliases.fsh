// Names for what others publish. What is ours is named where it is defined.
Alias: $loinc = http://loinc.org
Alias: $sct = http://snomed.info/sct
Alias: $us-core-category = http://hl7.org/fhir/us/core/CodeSystem/us-core-category
Alias: $adi-category = http://hl7.org/fhir/us/pacio-adi/CodeSystem/ADIPreferenceCategoryCS
Alias: $pco-category = http://hl7.org/fhir/us/pco/CodeSystem/pco-concepts-temporary
Alias: $us-core-careplan-category = http://hl7.org/fhir/us/core/CodeSystem/careplan-category
Alias: $observation-category = http://terminology.hl7.org/CodeSystem/observation-category
Alias: $flag-category = http://terminology.hl7.org/CodeSystem/flag-category
Alias: $act-reason = http://terminology.hl7.org/CodeSystem/v3-ActReason
Alias: $ucum = http://unitsofmeasure.org
Alias: $absent = http://terminology.hl7.org/CodeSystem/data-absent-reason
Alias: $observation-replaces = http://hl7.org/fhir/StructureDefinition/observation-replaces
Alias: $interpreter = http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired
Alias: $flag-detail = http://hl7.org/fhir/StructureDefinition/flag-detail
Alias: $identifier = https://w3id.org/fhir-matters/identifier
Alias: $consent-scope = http://terminology.hl7.org/CodeSystem/consentscope
Alias: $provenance-participant = http://terminology.hl7.org/CodeSystem/provenance-participant-type
