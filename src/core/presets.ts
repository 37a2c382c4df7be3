/**
 * The critical paths that ship with Taggant, by name. Patterns of the policy's own language (globs.ts), none with `!`.
 * They name files by what repositories usually call them: a preset is a start, not a promise to find every such file.
 * docs/policy.md lists them all, and the policy's schema their names (a test holds the three together).
 */

export interface Preset {
  /** What the files are about. */
  readonly title: string;
  readonly patterns: readonly string[];
}

/** Patterns for files and folders of some names: `iam/…`, `iam.tf`, `iam_roles.tf`, `eks-iam.tf`, `old-iam-roles.tf`. */
function named(words: string): string[] {
  return [`**/{${words}}/**`, `**/{${words}}[._-]*`, `**/*[._-]{${words}}[._-]*`];
}

export const PRESETS = {
  'access-control': {
    title: 'who may do what: IAM, RBAC, policy engines, CODEOWNERS, and what guards this repository',
    patterns: [
      '**/CODEOWNERS',
      '.taggant/{policy.json,allowed_signers}',
      ...named('iam,rbac,abac,acl,acls,authz,authorization,authorisation,permission,permissions'),
      '**/*{Authoriz,Authoris,Permission,AccessControl,Rbac,RBAC}*',
      '**/{access-control,access_control,accessControl,AccessControl}{/**,[._-]*}',
      '**/app/{policies,Policies}/**',
      '**/*.{rego,cedar,cedarschema,fga,polar,zed}',
      '**/{opa,gatekeeper,kyverno}/**',
      '**/*[Cc]asbin*{,/**}',
      '**/{role,roles}.{yaml,yml}',
      '**/*{rolebinding,role-binding,role_binding,RoleBinding}*.{yaml,yml}',
      '**/*{clusterrole,cluster-role,cluster_role,ClusterRole}*.{yaml,yml}',
      '**/*{serviceaccount,service-account,service_account,ServiceAccount}*.{yaml,yml}',
      '**/{firestore,storage}*.rules',
      '**/database.rules*.json',
      '**/{.htaccess,sudoers,pg_hba.conf}',
      '**/sudoers.d/**',
    ],
  },
  authentication: {
    title: 'who somebody is: login, sessions, passwords, tokens, single sign-on',
    patterns: [
      ...named('auth,authn,authentication,login,logout,signin,sign-in,signup,sign-up'),
      ...named('sso,saml,oauth,oauth2,oidc,jwt,mfa,2fa,totp,webauthn,passkey,passkeys'),
      '**/{password,passwords}/**',
      '**/{password,passwords,session,sessions}[._-]*',
      '**/*[._-]{password,passwords,session,sessions}[._-]*',
      '**/*{Auth,Authentication,Authenticator,Login,Logout,SignIn,SignUp,Sso,SSO,Saml,SAML}[A-Z0-9._-]*',
      '**/*{OAuth,Oauth,Oidc,OIDC,Jwt,JWT,Mfa,MFA,Totp,WebAuthn,Passkey,Password,Session}[A-Z0-9._-]*',
      '**/{auth,login,logout,signIn,signUp,oauth,oidc,jwt,mfa,sso,password,session}[A-Z]*',
      '**/{devise,passport,keycloak,cognito,okta,auth0}*',
      '**/{Keycloak,Cognito,Okta,Auth0}*',
      '**/pam.d/**',
      '**/sshd_config',
    ],
  },
  payments: {
    title: 'money: payments, prices, invoices, taxes, discounts',
    patterns: [
      ...named('payment,payments,billing,checkout,pricing,price,prices,tax,taxes'),
      ...named('invoice,invoices,invoicing,refund,refunds,payout,payouts,discount,discounts'),
      ...named('coupon,coupons,ledger,accounting,wallet,stripe,paypal,adyen,braintree,klarna'),
      '**/*{Payment,Billing,Checkout,Pricing,Price,Invoice,Refund,Payout,Discount,Coupon,Ledger}*',
      '**/*{Stripe,PayPal,Paypal,Adyen,Braintree,Klarna}*',
      '**/{payment,billing,checkout,pricing,price,tax,invoice,refund,payout,discount,coupon,ledger}[A-Z]*',
      '**/{stripe,paypal,adyen,braintree,klarna}[A-Z]*',
    ],
  },
  'infrastructure-as-code': {
    title: 'what runs where: Terraform, Kubernetes, Helm, Ansible, containers',
    patterns: [
      '**/*.{tf,tofu,tfvars,hcl,bicep,bicepparam,nomad,pp}',
      '**/*.{tf,tfvars}.json',
      '**/{infra,infrastructure,iac,terraform,terragrunt,opentofu,cloudformation,pulumi,ansible}/**',
      '**/{k8s,kubernetes,helm,kustomize,argocd,flux-system}/**',
      '**/{Chart.yaml,values.yaml,helmfile.yaml,kustomization.yaml,kustomization.yml}',
      '**/charts/**/*.{yaml,yml,tpl}',
      '**/values[._-]*.{yaml,yml}',
      '**/Pulumi{,.*}.{yaml,yml}',
      '**/{cdk.json,samconfig.toml,skaffold.yaml,Tiltfile,Vagrantfile,Procfile}',
      '**/serverless.{yaml,yml,json,js,ts}',
      '**/{playbooks,cookbooks}/**',
      '**/roles/*/{tasks,handlers,templates,vars,defaults}/**',
      '**/{Dockerfile,Containerfile}{,[.-]*}',
      '**/*.{dockerfile,Dockerfile}',
      '**/{docker-compose,compose}{,[.-]*}.{yaml,yml}',
      '**/{fly.toml,render.yaml,app.yaml,netlify.toml,vercel.json}',
      '**/wrangler.{toml,json,jsonc}',
    ],
  },
  'ci-cd': {
    title: 'what builds, checks and releases: pipelines, actions, hooks',
    patterns: [
      '.github/{workflows,actions}/**',
      '.{forgejo,gitea}/workflows/**',
      '**/action.{yml,yaml}',
      '**/{,*}.gitlab-ci{,[.-]*}.{yml,yaml}',
      '.gitlab/**/*.{yml,yaml}',
      '**/Jenkinsfile{,[.-]*}',
      '**/*.{jenkinsfile,Jenkinsfile}',
      '.{circleci,buildkite,teamcity,semaphore,woodpecker,azure-pipelines,azuredevops,tekton}/**',
      '**/azure-pipelines{,[.-]*}.{yml,yaml}',
      '**/bitbucket-pipelines.yml',
      '**/{.drone,.woodpecker,.travis,.cirrus,.appveyor,appveyor,bitrise,codemagic}.{yml,yaml}',
      '**/{cloudbuild,buildspec,appspec}{,[.-]*}.{yml,yaml,json}',
      '**/tekton/**',
      '**/fastlane/**',
      '.husky/**',
      '**/{.pre-commit-config,lefthook,.lefthook}.{yml,yaml}',
      '**/{.goreleaser,.releaserc}{,.*}',
      '**/release-please-config.json',
    ],
  },
  migrations: {
    title: 'what changes data that is there: database migrations and schemas',
    patterns: [
      '**/{migrations,migration,migrate,Migrations}/**',
      '**/{alembic,flyway,liquibase,drizzle}/**',
      '**/{alembic.ini,flyway.conf,flyway.toml}',
      '**/[VU][0-9]*__*.sql',
      '**/R__*.sql',
      '**/*.{up,down}.sql',
      '**/db.changelog{,[.-]*}.{xml,yaml,yml,json,sql}',
      '**/*[._-]{migration,migrations}.*',
      '**/*{Migration,Migrations}.*',
      '**/*.prisma',
      '**/db/{schema.rb,structure.sql}',
      '**/schema.sql',
    ],
  },
  cryptography: {
    title: 'encryption, signatures, random numbers, keys and certificates',
    patterns: [
      ...named('crypto,cryptography,cipher,ciphers,encrypt,encryption,decrypt,decryption'),
      ...named('signing,signature,signatures,tls,ssl,pki,x509,kms,vault,secret,secrets'),
      ...named('hmac,hashing,rsa,aes,ecdsa,ed25519,argon2,bcrypt,scrypt,keystore,truststore,jwks'),
      '**/{certs,certificates}/**',
      '**/{random,rng,csprng,nonce}.*',
      '**/*{Crypto,Cipher,Encrypt,Decrypt,Hmac,HMAC,Keystore,KeyStore,TrustStore,Certificate,X509}*',
      '**/{crypto,cipher,encrypt,decrypt,hmac,secureRandom}[A-Z]*',
      '**/*.{pem,crt,cer,der,csr,key,p8,p12,pfx,jks,keystore,asc,gpg,pub}',
      '**/openssl*.cnf',
      '**/.sops.{yaml,yml}',
      '**/*.sops.*',
    ],
  },
  dependencies: {
    title: 'code of others: manifests, lock files, where packages come from',
    patterns: [
      '**/{package.json,package-lock.json,npm-shrinkwrap.json,yarn.lock,pnpm-lock.yaml,pnpm-workspace.yaml}',
      '**/{bun.lock,bun.lockb,deno.json,deno.jsonc,deno.lock,bower.json,.npmrc,.yarnrc,.yarnrc.yml}',
      '**/{pyproject.toml,poetry.lock,uv.lock,pdm.lock,pylock.toml,Pipfile,Pipfile.lock,setup.py,setup.cfg}',
      '**/{*requirements*,constraints*,requirements/*}.{txt,in}',
      '**/environment.{yml,yaml}',
      '**/{go.mod,go.sum,go.work,go.work.sum,Cargo.toml,Cargo.lock,Gemfile,Gemfile.lock}',
      '**/vendor/modules.txt',
      '**/*.{gemspec,gradle,gradle.kts,csproj,fsproj,vbproj,cabal,versions.toml}',
      '**/{pom.xml,gradle.lockfile,ivy.xml,build.sbt,plugins.sbt}',
      '**/{gradle/wrapper,.mvn}/**',
      '**/{packages.config,packages.lock.json,Directory.Packages.props,Directory.Build.props}',
      '**/{nuget.config,NuGet.config,NuGet.Config,paket.dependencies,paket.lock}',
      '**/{composer.json,composer.lock,pubspec.yaml,pubspec.lock,mix.exs,mix.lock,rebar.config,rebar.lock}',
      '**/{Package.swift,Package.resolved,Podfile,Podfile.lock,Cartfile,Cartfile.resolved}',
      '**/{conanfile.txt,conanfile.py,conan.lock,vcpkg.json,MODULE.bazel,MODULE.bazel.lock,WORKSPACE,WORKSPACE.bazel}',
      '**/{stack.yaml,stack.yaml.lock,cabal.project,flake.nix,flake.lock,renv.lock,Manifest.toml,cpanfile}',
      '**/{.terraform.lock.hcl,Chart.lock,.gitmodules,.tool-versions,rust-toolchain.toml}',
      '.github/dependabot.{yml,yaml}',
      '**/{renovate.json,renovate.json5,.renovaterc,.renovaterc.json}',
    ],
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;
