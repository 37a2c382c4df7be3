import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import schema from '../../media/schemas/policy.schema.json';
import { matchesGlob, pathNames } from '../../src/core/globMatch';
import { compileGlob } from '../../src/core/globs';
import { parsePolicy, rulesFor } from '../../src/core/policy';
import { PRESETS, type PresetName } from '../../src/core/presets';

/** Files that a preset holds for, and files with names that are nearly such. */
const EXAMPLES: Record<PresetName, { holds: string; not: string }> = {
  'access-control': {
    holds: `CODEOWNERS .github/CODEOWNERS .taggant/policy.json .taggant/allowed_signers iam.tf modules/eks_iam.tf
      infra/old-iam-roles.tf infra/iam/main.tf src/authz/check.ts src/permissions.py app/user_permissions.rb
      src/main/java/AuthorizationFilter.java web/PermissionGate.tsx api/useRbac.ts lib/access-control/index.js
      lib/access_control.py app/policies/order_policy.rb app/Policies/OrderPolicy.php policy/admission.rego
      auth/model.fga schema.cedarschema deploy/opa/bundle.yaml config/casbin_model.conf internal/casbin/load.go
      config/rbac/role.yaml deploy/role.yaml charts/api/templates/clusterrolebinding.yaml k8s/serviceaccount.yaml
      firestore.rules firebase/storage.rules database.rules.json public/.htaccess etc/sudoers.d/deploy
      db/pg_hba.conf`,
    not: `src/miami.tf src/diameter.ts docs/policies/privacy.md src/authors.ts README.md .taggant/version
      .taggant/tags/a.ts.tags src/submission.ts eslint.rules.js src/roles.ts src/CODEOWNERS.ts`,
  },
  authentication: {
    holds: `src/auth/index.ts services/login/handler.go src/auth.ts lib/oauth2_client.py app/sso-callback.ts
      src/AuthService.java src/useAuth.ts src/authMiddleware.js web/LoginPage.tsx web/SignIn.vue src/JWTParser.cs
      src/PasswordReset.tsx app/models/user_password.rb src/sessions.ts src/session-store.ts src/UserSession.kt
      config/initializers/devise.rb src/passport.js src/mfa/totp.ts api/webauthn.rs etc/ssh/sshd_config
      src/OktaClient.java app/controllers/passwords/edit.erb user-login.ts etc/pam.d/sudo web/Auth0Page.ts src/web-oauth.ts`,
    not: `src/author.ts src/AuthorList.tsx docs/authority.md src/blog.ts src/obsession.ts src/obligations.ts
      src/compassion.ts`,
  },
  payments: {
    holds: `src/payments/charge.ts services/checkout/pay.ts services/pricing/rules.py src/price.ts lib/tax_rates.rb
      src/PaymentService.java web/CheckoutButton.tsx src/priceEngine.ts src/taxTable.ts api/stripe-webhook.ts
      src/StripeClient.cs db/invoice_items.sql app/refund.py src/LedgerEntry.kt src/couponCode.ts billing.ts src/eu-tax.ts src/monthly_invoice.ts src/gift-coupon.ts src/stripeHook.ts src/refunds/a.ts
      src/ledger/book.ts`,
    not: `src/syntax.ts src/taxonomy.ts src/taxi/route.ts src/repayable.ts src/pledger.ts docs/enterprise.md`,
  },
  'infrastructure-as-code': {
    holds: `main.tf infra/eu/main.tf prod.tfvars main.tf.json live/terragrunt.hcl main.bicep job.nomad site.pp
      k8s/deploy.yaml deploy/helm/x.tpl charts/api/Chart.yaml charts/api/templates/deploy.yaml api/values.yaml
      api/values-prod.yaml overlays/kustomization.yaml Pulumi.yaml Pulumi.prod.yaml cdk.json serverless.yml
      playbooks/site.yml roles/web/tasks/main.yml Dockerfile api/Dockerfile.prod web.dockerfile docker-compose.yml
      docker-compose.override.yml compose.yaml fly.toml wrangler.toml infrastructure/network.ts`,
    not: `src/charts/line.ts src/values.ts src/docker.ts src/kubernetes.ts docs/terraform.md src/compose.ts
      src/roles/admin.ts src/Dockerfileparser.ts`,
  },
  'ci-cd': {
    holds: `.github/workflows/ci.yml .github/actions/build/action.yml action.yml .gitea/workflows/a.yaml
      .gitlab-ci.yml ci/deploy.gitlab-ci.yml .gitlab/ci/test.yml Jenkinsfile ci/Jenkinsfile.release
      release.jenkinsfile .circleci/config.yml azure-pipelines.yml azure-pipelines-nightly.yml
      bitbucket-pipelines.yml .travis.yml .drone.yml .buildkite/pipeline.yml cloudbuild.yaml buildspec.yml
      .tekton/push.yaml fastlane/Fastfile .husky/pre-commit .pre-commit-config.yaml lefthook.yml .goreleaser.yaml
      .releaserc.json .woodpecker/test.yaml .woodpecker.yml deploy/tekton/run.yaml
      release-please-config.json`,
    not: `.github/ISSUE_TEMPLATE/bug.yml .github/CODEOWNERS src/actions/action.ts src/workflows/run.ts
      docs/jenkins.md .gitlab/merge_request_templates/a.md src/travis.ts`,
  },
  migrations: {
    holds: `db/migrate/2026_add.rb app/migrations/0001_initial.py Migrations/Init.cs prisma/schema.prisma
      prisma/migrations/1/migration.sql alembic/versions/a.py alembic.ini db/V1__init.sql db/V1_2__more.sql
      db/U1__undo.sql db/R__views.sql 0001_users.up.sql 0001_users.down.sql db/schema.rb db/structure.sql schema.sql
      src/AddUsersMigration.ts 1700000-users.migration.ts res/db.changelog-master.xml drizzle/0000_x.sql`,
    not: `src/migrator.ts docs/migrating.md src/schema.ts src/immigration.ts src/View__x.sql src/up.sql`,
  },
  cryptography: {
    holds: `src/crypto/aes.ts lib/encryption.py src/tls_config.go src/hmac.ts app/signature.ts pki/root.yaml
      src/CryptoUtil.java src/KeyStoreLoader.kt src/encryptPayload.ts src/random.ts certs/ca.yaml keys/server.pem
      server.key release.asc id_ed25519.pub config/openssl.cnf .sops.yaml prod.sops.yaml vault/config.hcl
      src/bcrypt-rounds.ts src/secrets.ts src/file-encryption.ts src/web_signature.ts src/my-hmac.ts src/hashing/a.ts`,
    not: `src/hash_map.rs src/keys.ts src/keyboard.ts src/randomize.ts src/description.ts src/public.ts docs/design.md
      src/certainty.ts src/resultless.ts`,
  },
  dependencies: {
    holds: `package.json web/package.json package-lock.json pnpm-lock.yaml yarn.lock bun.lock .npmrc pyproject.toml
      uv.lock requirements.txt requirements/dev.txt dev-requirements.in Pipfile.lock go.mod go.sum Cargo.toml
      crates/a/Cargo.lock Gemfile a.gemspec pom.xml build.gradle app/build.gradle.kts gradle/libs.versions.toml
      gradle/wrapper/gradle-wrapper.properties src/App/App.csproj Directory.Packages.props composer.lock pubspec.yaml
      mix.exs Package.swift Podfile conanfile.py vcpkg.json MODULE.bazel flake.lock .gitmodules .terraform.lock.hcl
      .github/dependabot.yml renovate.json environment.yml vendor/modules.txt packages.config nuget.config stack.yaml`,
    not: `src/package.ts docs/requirements.md tsconfig.json src/cargo.rs src/packages.ts Package.json.md src/setup.ts`,
  },
};

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);
const NAMES = Object.keys(PRESETS) as PresetName[];

describe('the presets', () => {
  for (const preset of NAMES) {
    it(`hold for the files they are for, and not for those that are called nearly so: ${preset}`, () => {
      const { policy, problems } = parsePolicy(
        JSON.stringify({ version: 1, rules: [{ name: 'a', preset }] }),
      );
      assert.deepEqual(problems, []);
      const holds = (path: string): boolean => rulesFor(policy!, path).length > 0;
      const { holds: positive, not: negative } = EXAMPLES[preset];
      assert.deepEqual(
        words(positive).filter((path) => !holds(path)),
        [],
        'missed',
      );
      assert.deepEqual(words(negative).filter(holds), [], 'too much');
    });

    it(`has only patterns with an example, none twice, none with "!": ${preset}`, () => {
      const { patterns } = PRESETS[preset];
      assert.equal(new Set(patterns).size, patterns.length);
      for (const pattern of patterns) {
        const glob = compileGlob(pattern);
        assert.ok(!('problem' in glob), `${pattern}: ${'problem' in glob ? glob.problem : ''}`);
        assert.equal(glob.excludes, false);
        const examples = words(EXAMPLES[preset].holds).map(pathNames);
        assert.ok(
          examples.some((path) => matchesGlob(glob, path)),
          `${pattern} has no example`,
        );
      }
    });
  }

  it('are in the schema, in the same order, with what they are about', () => {
    const [one, list] = schema.properties.rules.items.properties.preset.anyOf;
    assert.deepEqual(one!.enum, NAMES);
    assert.deepEqual(list!.items!.enum, NAMES);
    const titles = NAMES.map((name) => PRESETS[name].title).map(
      (t) => `${t[0]!.toUpperCase()}${t.slice(1)}.`,
    );
    assert.deepEqual(one!.enumDescriptions, titles);
    assert.deepEqual(list!.items!.enumDescriptions, titles);
  });

  it('are documented pattern by pattern', () => {
    const documentation = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');
    for (const name of NAMES) {
      const block = new RegExp(`^### \`${name}\`\n\n(.+)\n\n\`\`\`\n([^]*?)\`\`\``, 'm').exec(documentation);
      assert.ok(block, `docs/policy.md has no part on ${name}`);
      const { title, patterns } = PRESETS[name];
      assert.equal(block[1], `${title[0]!.toUpperCase()}${title.slice(1)}.`);
      assert.deepEqual(block[2]!.trimEnd().split('\n'), patterns);
    }
  });
});
