// Times aws4 and @smithy/signature-v4, if npm has installed them here, with the workload without a
// token. Prints a line for each: name and version, nanoseconds a URL, and the URL of the first key.
import {createHash, createHmac} from "node:crypto";
import {createRequire} from "node:module";

const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const region = "us-east-1";
const host = `examplebucket.s3.${region}.amazonaws.com`;
const keys = Array.from(
  {length: 1000}, (_, i) => `photos/2026/11/23/image-${String(i).padStart(6, "0")}.jpg`);

async function report(name, sign) {
  const url = await sign(keys[0]);
  const times = [];
  for (let round = 0; round < 10; ++round) {  // the first ones warm up the compiler
    const begun = process.hrtime.bigint();
    for (const key of keys) await sign(key);
    times.push(Number(process.hrtime.bigint() - begun) / keys.length);
  }
  console.log([name, Math.min(...times).toFixed(0), url].join("\t"));
}

const require = createRequire(process.cwd() + "/");
function installed(name) {
  try {
    return [require(name), `${name} ${require(name + "/package.json").version}`];
  } catch {
    return [];
  }
}

const [aws4, aws4Name] = installed("aws4");
if (aws4) {
  await report(aws4Name, (key) => {
    const path = `/${key}?X-Amz-Date=20261123T120000Z&X-Amz-Expires=3600`;
    const request = aws4.sign({service: "s3", region, host, path, signQuery: true}, credentials);
    return `https://${host}${request.path}`;
  });
}

// The SHA-256 that the SDK uses with Node.js.
class Sha256 {
  constructor(secret) {
    this.hash = secret ? createHmac("sha256", secret) : createHash("sha256");
  }
  update(data) {
    this.hash.update(data);
  }
  async digest() {
    return new Uint8Array(this.hash.digest());
  }
}

const [smithy, smithyName] = installed("@smithy/signature-v4");
if (smithy) {
  const signer = new smithy.SignatureV4(
    {service: "s3", region, credentials, sha256: Sha256, uriEscapePath: false});
  const payload = new Set(["x-amz-content-sha256"]);
  const options = {
    expiresIn: 3600,
    signingDate: new Date("2026-11-23T12:00:00Z"),
    unhoistableHeaders: payload,
    unsignableHeaders: payload,
  };
  await report(smithyName, async (key) => {
    const request = await signer.presign({
      method: "GET", protocol: "https:", hostname: host, path: `/${key}`, query: {},
      headers: {host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD"},
    }, options);
    return `https://${host}${request.path}?${new URLSearchParams(request.query)}`;
  });
}
