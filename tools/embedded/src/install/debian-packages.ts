import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../system/files';
import { run, type Say } from '../system/run';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Packages of a Debian release with all they depend on, downloaded by the machine's own apt (signatures
 * checked) but with lists and state of their own: nothing is installed, and no root is needed.
 */
export class DebianPackages {
  private constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Reads the package lists of `release` ("own": the machine's) into `folder`. */
  static async open(folder: string, release: string): Promise<DebianPackages> {
    const own = await ownRelease();
    await Promise.all(
      ['lists/partial', 'archives/partial', 'none'].map((sub) =>
        mkdir(path.join(folder, sub), { recursive: true }),
      ),
    );
    const architecture = (await run('dpkg', ['--print-architecture'])).trim();
    const source = `deb [arch=${architecture} signed-by=${keyring}] ${await mirror(own)} ${release === 'own' ? own : release} main\n`;
    await writeFile(path.join(folder, 'sources.list'), source);
    await writeFile(path.join(folder, 'status'), '');
    await writeFile(path.join(folder, 'apt.conf'), aptConfiguration(folder));
    const packages = new DebianPackages(folder, {
      ...process.env,
      APT_CONFIG: path.join(folder, 'apt.conf'),
      DEBIAN_FRONTEND: 'noninteractive',
    });
    await packages.apt('update');
    return packages;
  }

  /** Downloads `names` with their dependencies; `what` names them in the progress line. */
  async download(names: string[], what: string, say: Say): Promise<void> {
    const uris = await this.apt('-y', '--print-uris', 'install', ...names);
    // One line a file: 'address' name size hash
    const bytes = [...uris.matchAll(/^'[^']+' \S+ (\d+) /gm)].reduce(
      (sum, [, size]) => sum + Number(size),
      0,
    );
    const megabytes = (n: number): number => Math.round(n / 1e6);
    say(`downloading ${what} (${megabytes(bytes)} MB) ...`);
    const progress = setInterval(() => {
      void this.downloadedBytes().then((n) =>
        say(`downloaded ${megabytes(n)} of ${megabytes(bytes)} MB of ${what}`),
      );
    }, 5_000);
    try {
      await this.apt('-y', '--download-only', 'install', ...names);
    } finally {
      clearInterval(progress);
    }
  }

  /** Unpacks everything downloaded into `target`, without what only people and compilers read. */
  async extract(target: string): Promise<void> {
    await mkdir(target, { recursive: true });
    const archives = (await readdir(this.archives)).filter((name) => name.endsWith('.deb'));
    const excluded = [
      './usr/share/doc',
      './usr/share/man',
      './usr/share/locale',
      './usr/include',
      './usr/lib/systemd',
      '*/bitcode',
      '*/perl*',
    ];
    const script = `set -e; for deb in "$@"; do dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$TARGET" --no-same-owner ${excluded.map((glob) => `--exclude='${glob}'`).join(' ')}; done`;
    await run('sh', ['-c', script, 'sh', ...archives], {
      cwd: this.archives,
      env: { ...process.env, TARGET: target },
    });
  }

  private get archives(): string {
    return path.join(this.folder, 'archives');
  }

  private apt(...args: string[]): Promise<string> {
    return run('apt-get', ['-qq', ...args], { env: this.env });
  }

  private async downloadedBytes(): Promise<number> {
    let sum = 0;
    for (const sub of [this.archives, path.join(this.archives, 'partial')]) {
      for (const name of await readdir(sub))
        sum += await stat(path.join(sub, name)).then(
          (s) => s.size,
          () => 0,
        );
    }
    return sum;
  }
}

async function ownRelease(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const codename = /^VERSION_CODENAME=(\w+)/m.exec(release)?.[1];
  if (!/^ID=debian$/m.test(release) || !codename || !(await exists(keyring))) {
    throw new Error('this machine is no Debian with its archive keyring');
  }
  return codename;
}

/** The mirror that the machine's own apt is set up with. */
async function mirror(codename: string): Promise<string> {
  const format = ['--format', '$(REPO_URI)', 'Created-By: Packages', `Codename: ${codename}`];
  const uris = (await run('apt-get', ['indextargets', ...format])).split('\n');
  const uri = uris.find((line) => line && !line.includes('security'));
  if (!uri) throw new Error(`apt knows no mirror for Debian ${codename}`);
  return uri;
}

function aptConfiguration(folder: string): string {
  return `Dir::Etc::sourcelist "${folder}/sources.list";
Dir::Etc::sourceparts "${folder}/none";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "${folder}/none";
Dir::State "${folder}";
Dir::State::lists "${folder}/lists";
Dir::State::status "${folder}/status";
Dir::Cache "${folder}";
Dir::Cache::archives "${folder}/archives";
APT::Sandbox::User "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
`;
}
