// Networks on the real machine: names that containers find each other by, networks that are apart, and what connecting and disconnecting
// changes while a container runs.

import { beforeAll, describe, expect, it } from "vitest";
import { useRealMachine } from "../testing/real-machine-node.ts";

const machine = useRealMachine();
const run = (line: string) => machine().run(line);
const output = (line: string) => machine().output(line);

const HTTPD = "sh -c 'mkdir /w; hostname > /w/index.html; httpd -f -p 80 -h /w'";
/** Once the server of that name listens. */
const get = (from: string, url: string) =>
  output(`until docker exec ${from} wget -qO- http://${url}/ 2>/dev/null; do sleep 0.1; done`);
const address = (name: string, network: string) =>
  output(`docker inspect -f '{{(index .NetworkSettings.Networks "${network}").IPAddress}}' ${name}`);

beforeAll(async () => {
  await output("docker pull -q busybox");
  await output("docker network create one; docker network create two");
  await output(
    `docker run -d --name web --hostname webhost --network one --network-alias www busybox ${HTTPD}`,
  );
  await output("docker run -d --name client --network one busybox sleep 100000");
  await output("docker run -d --name far --network two busybox sleep 100000");
});

describe("names on a user-defined network", () => {
  it("lead to the container: its name, alias, short id and hostname", async () => {
    const id = (await output("docker inspect -f '{{.Id}}' web")).slice(0, 12);
    for (const name of ["web", "www", id, "webhost", "WEB", "web.one"])
      expect(await get("client", name)).toBe("webhost");
    expect(await output("docker exec client cat /etc/resolv.conf")).toMatch(
      /nameserver 127\.0\.0\.11\noptions ndots:0$/,
    );
    expect(await output("docker exec client nslookup web")).toContain(await address("web", "one"));
    expect(await output(`docker exec client nslookup ${await address("web", "one")}`)).toContain("web.one");
  });

  it("are unknown at once on another network, on docker0, and when nobody has them", async () => {
    for (const [from, name] of [
      ["far", "web"],
      ["client", "far"],
      ["client", "nobody"],
    ]) {
      const { stderr, code } = await run(`docker exec ${from} wget -qO- http://${name}/`);
      expect(code).toBe(1);
      expect(stderr).toContain("bad address");
    }
    const plain = await run("docker run --rm busybox wget -qO- http://web/");
    expect(plain.stderr).toContain("bad address");
    expect((await run("docker exec client nslookup example.com")).stdout).toContain("SERVFAIL");
  });

  it("are found by glibc too, and over TCP", async () => {
    const script = `
import socket, struct
print(sorted({a[4][0] for a in socket.getaddrinfo("web", 80)}))
def ask(name):
    s = socket.create_connection(("127.0.0.11", 53), 10)
    q = b"\\0\\7\\1\\0\\0\\1" + bytes(6) + bytes([len(name)]) + name + b"\\0\\0\\1\\0\\1"
    s.sendall(struct.pack(">H", len(q)) + q)
    n, = struct.unpack(">H", s.recv(2, socket.MSG_WAITALL))
    return socket.inet_ntoa(s.recv(n, socket.MSG_WAITALL)[-4:])
print(ask(b"web"))
try: socket.getaddrinfo("far", 80)
except socket.gaierror as e: print(e.strerror)`;
    await output("docker pull -q debian; docker pull -q python");
    const web = await address("web", "one");
    expect(await output("docker run --rm --network one debian getent hosts web")).toContain(web);
    expect((await run("docker run --rm --network one debian getent hosts far")).code).toBe(2);
    const { stdout, stderr } = await machine().run("docker run -i --rm --network one python python3 -", {
      stdin: script,
    });
    expect(stderr).toBe("");
    expect(stdout).toBe(`['${web}']\n${web}\nName or service not known\n`);
  });

  it("leave port 53 to a name server of the container's own", async () => {
    const script = `
import socket
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("0.0.0.0", 53))
tcp = socket.create_server(("0.0.0.0", 53))
print(socket.gethostbyname("web"))
asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asked.sendto(b"\\0\\7\\1\\0\\0\\1" + bytes(6) + b"\\3web\\0\\0\\1\\0\\1", ("127.0.0.11", 53))
print(asked.recvfrom(512)[1])
print(socket.create_connection(("127.0.0.11", 53), 10).getpeername())
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
  mapped = socket.socket(socket.AF_INET6, kind)
  mapped.connect(("::ffff:127.0.0.11", 53))
  print(mapped.getpeername()[:2])
dual = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
dual.sendto(b"\\0\\7\\1\\0\\0\\1" + bytes(6) + b"\\3web\\0\\0\\1\\0\\1", ("::ffff:127.0.0.11", 53))
print(dual.recvfrom(512)[1][:2])
asked.sendto(b"own", ("127.0.0.1", 53))
print(udp.recvfrom(512)[0].decode())`;
    const { stdout, stderr } = await machine().run("docker run -i --rm --network one python python3 -", {
      stdin: script,
    });
    expect(stderr).toBe("");
    const server = "('127.0.0.11', 53)";
    const mapped = "('::ffff:127.0.0.11', 53)\n".repeat(3);
    expect(stdout).toBe(`${await address("web", "one")}\n${server}\n${server}\n${mapped}own\n`);
  });

  it("give all containers that share an alias", async () => {
    for (const number of [1, 2, 3])
      await output(`docker run -d --name db${number} --network one --network-alias db busybox sleep 1000`);
    const wanted = await Promise.all([1, 2, 3].map((number) => address(`db${number}`, "one")));
    const found = await output("docker exec client nslookup db");
    for (const each of wanted) expect(found).toContain(each);
    await output("docker rm -f db1 db2 db3");
    expect((await run("docker exec client nslookup db")).stdout).toContain("NXDOMAIN");
  });

  it("follow restarts and renames", async () => {
    await output("docker restart -t 0 web client");
    expect(await get("client", "web")).toBe("webhost");
    await output("docker rename web site");
    expect(await get("client", "site")).toBe("webhost");
    expect((await run("docker exec client nslookup web")).stdout).toContain("NXDOMAIN");
    await output("docker rename site web");
  });

  it("are passed on to the servers of --dns, through the container's network", async () => {
    const server = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 53))
while True:
    q, peer = s.recvfrom(512)
    answer = b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\1\\0\\4\\x0a\\1\\2\\3"
    s.sendto(q[:2] + b"\\x81\\x80\\0\\1\\0\\1\\0\\0\\0\\0" + q[12:] + answer, peer)`;
    await machine().run("cat > /root/server.py", { stdin: server });
    await output("docker run -d --name names -v /root:/r python python3 /r/server.py");
    const names = await output("docker inspect -f '{{.NetworkSettings.IPAddress}}' names");
    await output(`docker run -d --name asker --dns ${names} --network bridge busybox sleep 1000`);
    await output("docker network connect one asker");
    const ask = (name: string) => `docker exec asker nslookup -type=a ${name}`;
    expect(await output(`until ${ask("example.test")} | grep 10.1.2.3; do :; done`)).toContain("10.1.2.3");
    expect(await output(ask("web"))).toContain(await address("web", "one"));
    await output("docker rm -f names asker");
  });
});

describe("networks", () => {
  it("are apart, but for published ports", async () => {
    const web = await address("web", "one");
    expect((await run(`docker exec far ping -c 1 -W 2 ${web}`)).code).toBe(1);
    expect((await run(`docker exec far timeout 2 wget -qO- http://${web}/`)).code).toBe(143);
    expect((await run(`docker run --rm --init busybox timeout 2 wget -qO- http://${web}/`)).code).toBe(143);
    expect((await run(`docker exec client ping -c 1 -W 5 ${web}`)).code).toBe(0);
    await output(`docker run -d --name shown --network two -p 8123:80 busybox ${HTTPD}`);
    expect(await get("client", "172.17.0.1:8123")).toMatch(/^\w{12}$/);
    expect(
      await get(
        "far",
        `${await output("docker network inspect -f '{{(index .IPAM.Config 0).Gateway}}' two")}:8123`,
      ),
    ).toMatch(/^\w{12}$/);
    await output("docker rm -f shown");
  });

  it("have no way out when internal", async () => {
    await output("docker network create --internal closed");
    expect(await output("docker run --rm --network closed busybox ip route")).not.toContain("default");
    await output("docker network rm closed");
  });
});

describe("a published UDP port", () => {
  const ECHO = [
    "import socket",
    "server = socket.socket(type=socket.SOCK_DGRAM)",
    'server.bind(("", 9999))',
    'print("ready", flush=True)',
    "while True: server.sendto(*server.recvfrom(99))",
  ].join("\n");
  const ASK = [
    "import socket, sys",
    "client = socket.socket(type=socket.SOCK_DGRAM)",
    "client.settimeout(60)",
    'client.sendto(b"asked", (sys.argv[1], 5353))',
    "print(client.recv(99).decode())",
  ].join("\n");

  it("takes datagrams from the machine and from other networks, and answers come back", {
    timeout: 600_000,
  }, async () => {
    await output("docker pull -q python");
    await output(`docker run -d --name udp --network two -p 5353:9999/udp python python3 -c '${ECHO}'`);
    await output("until docker logs udp | grep -q ready; do sleep 0.2; done");
    expect(await output("docker port udp")).toBe("9999/udp -> 0.0.0.0:5353");
    const ask = (options: string, to: string) =>
      output(`docker run --rm ${options} python python3 -c '${ASK}' ${to}`);
    expect(await ask("--network host", "127.0.0.1")).toBe("asked");
    expect(await ask("", "172.17.0.1")).toBe("asked");
    expect(await output("nft list map ip slipway udp_ports")).toContain("5353");
    await output("docker rm -f udp");
    expect(await output("nft list map ip slipway udp_ports")).not.toContain("5353");
  });
});

describe("connect and disconnect of a running container", () => {
  it("bring an interface with the address asked for, names, a line in hosts, and take them away", async () => {
    await output("docker network create --subnet 10.9.0.0/24 three");
    await output(
      "docker run -d --name mover -p 8124:80 busybox sh -c 'mkdir /w; echo moved > /w/index.html; httpd -f -p 80 -h /w'",
    );
    await output("docker network connect --ip 10.9.0.77 --alias moving three mover");
    await output("docker network connect three client");
    expect(await output("docker exec mover ip -4 -o addr show eth1")).toContain("inet 10.9.0.77/24");
    expect(await output("docker exec mover cat /etc/hosts")).toMatch(/^10\.9\.0\.77\t\w{12}$/m);
    expect(await output("docker exec mover ip route")).toContain("default via 172.17.0.1");
    expect(await output("docker exec mover cat /sys/class/net/eth1/address")).toMatch(/^02:42:/);
    expect(await get("client", "moving")).toBe("moved");
    expect(await get("mover", "127.0.0.1")).toBe("moved");
    expect(await output("docker exec mover nslookup client")).toContain(await address("client", "three"));

    await output("docker network disconnect bridge mover");
    expect(await output("docker exec mover ip route")).toContain("default via 10.9.0.1 dev eth1");
    expect(await output("docker exec mover ls /sys/class/net")).not.toContain("eth0");
    expect(await output("until wget -qO- http://127.0.0.1:8124/ 2>/dev/null; do sleep 0.1; done")).toBe(
      "moved",
    );
    expect(await output("docker port mover")).toBe("80/tcp -> 0.0.0.0:8124");

    await output("docker network disconnect three mover");
    expect(await output("docker exec mover cat /etc/hosts")).not.toContain("10.9.0.77");
    expect(await output("docker exec mover ip route")).toBe("");
    expect((await run("docker exec client nslookup moving")).stdout).toContain("NXDOMAIN");

    await output("docker network connect bridge mover");
    expect(await output("docker exec mover ip route")).toContain("default via 172.17.0.1");
    expect(await output("until wget -qO- http://127.0.0.1:8124/ 2>/dev/null; do sleep 0.1; done")).toBe(
      "moved",
    );
    await output("docker rm -f mover; docker network disconnect three client; docker network rm three");
  });

  it("gives the default route to the network of the highest priority", async () => {
    await output("docker network connect --gw-priority 5 two client");
    const gateway = await output("docker network inspect -f '{{(index .IPAM.Config 0).Gateway}}' two");
    expect(await output("docker exec client ip route")).toContain(`default via ${gateway}`);
    expect(await output("docker exec client nslookup far")).toContain(await address("far", "two"));
    await output("docker restart -t 0 client");
    expect(await output("docker exec client ip route")).toContain(`default via ${gateway}`);
    expect(await output("docker exec client nslookup far")).toContain(await address("far", "two"));
    await output("docker network disconnect two client");
  });
});

describe("a bridge", () => {
  it("has a hardware address of its own, and opens no port by itself", async () => {
    const docker0 = await output("ip -d link show docker0");
    expect(docker0).toContain("link/ether 02:42:ac:11:00:01");
    expect(docker0).toMatch(/\bforward_delay 0 /);
  });
});

describe("a network namespace", () => {
  it("is where inspect says", async () => {
    const key = await output("docker inspect -f '{{.NetworkSettings.SandboxKey}}' web");
    expect(await output(`nsenter --net=${key} ip -o -4 addr show eth0`)).toContain(
      await address("web", "one"),
    );
  });

  it("answers no more when its container has ended, and goes when the machine is quiet", async () => {
    const namespaces = async () => Number(await output("ls /run/slipway/netns | wc -l"));
    const running = Number(await output("docker ps -q | wc -l"));
    await output("docker run -d --name short --network one busybox sleep 100000");
    const gone = await address("short", "one");
    const ping = `docker exec client ping -c 1 -W 2 ${gone}`;
    expect((await run(ping)).code).toBe(0);
    await output("docker rm -f short");
    expect((await run(ping)).code).toBe(1);
    await output(`docker run -d --name next --network one --ip ${gone} busybox sleep 100000`);
    expect((await run(ping)).code).toBe(0);
    await output("docker rm -f next");
    await expect.poll(namespaces, { timeout: 60_000, interval: 500 }).toBe(running + 1);
  });
});
