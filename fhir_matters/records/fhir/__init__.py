"""Forms to FHIR resources and back: a file for each kind of resource, both directions in it, over a few shared ones.

The shared ones: `elements` are the small parts of a resource, `narrative` its text, `links` what refers to what,
`observations`, `consents` and `spoken` what several kinds have in common, `statuses` whether something stands,
`overlay` what a resource has beyond its form. The bundle is made in `../build.py` and read in `../read.py`.
"""
