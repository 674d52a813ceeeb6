// Packages of the tests lie elsewhere, behind links.
export default { turbopack: { root: '/' } };
