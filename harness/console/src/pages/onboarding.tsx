// The published onboarding of LangStudio, as the cloud's own console shows it: from a new account to a flow that is deployed.

import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { type AccountState, control, hasToken, state } from "../api";
import { type Answer, call, type Parameters, type Person, REGION } from "../cloud";
import { type Asked, Button, Choice, Dialog, Field, Problem, problemWord, useAsked } from "../parts/kit";
import { become, Came, useWho, whoWord } from "../parts/who";
import { colon, t } from "../settings";
import { serviceWord } from "../words";

const ROLE = "AliyunPAILangStudioDefaultRole";
const POLICY = "AliyunPAILangStudioDefaultRolePolicy";
const REQUEST = { Services: [{ Service: "PAI", Roles: [{ RoleName: ROLE, TemplateId: ROLE }] }] };
/** The roles of a workspace, as the cloud's console calls them. */
const MEMBER_ROLES: [string, string, string][] = [
  ["PAI.AlgoDeveloper", "Algorithm developer", "算法开发"],
  ["PAI.AlgoOperator", "Algorithm O&M", "算法运维"],
  ["PAI.WorkspaceAdmin", "Administrator", "管理员"],
  ["PAI.WorkspaceGuest", "Guest", "访客"],
];

/** What was made on the way, for this tab. */
interface Made {
  workspace: string;
  bucket: string;
  flow: string;
  runtime: string;
  deployment: string;
}

const NOTHING: Made = { workspace: "", bucket: "", flow: "", runtime: "", deployment: "" };
const KEPT = "acslab.onboarding";

const kept = (): Made => {
  try {
    return { ...NOTHING, ...(JSON.parse(sessionStorage.getItem(KEPT) ?? "{}") as Partial<Made>) };
  } catch {
    return NOTHING;
  }
};

interface Way {
  who: Person;
  account: AccountState;
  made: Made;
  make: (part: Partial<Made>) => void;
  changed: () => void;
}

export function Onboarding(): JSX.Element {
  const who = useWho();
  const now = useAsked(() => state(), [who]);
  const [made, setMade] = useState(kept);
  const make = (part: Partial<Made>): void => {
    const next = { ...made, ...part };
    sessionStorage.setItem(KEPT, JSON.stringify(next));
    setMade(next);
  };
  const accounts = now.value?.accounts ?? {};
  const account = who === undefined ? undefined : (accounts[who.account] ?? Object.values(accounts)[0]);
  return (
    <div class="page">
      <h1>{t("Grant permissions that are required to use LangStudio", "云产品依赖与授权：LangStudio")}</h1>
      <p class="hint">
        {t(
          "Each button makes the calls that the cloud's console makes, signed as who you are. Become somebody else at any step and see what is refused.",
          "每个按钮都会以当前身份签名并发出云控制台所发出的调用。可在任一步切换身份，查看哪些调用会被拒绝。",
        )}
      </p>
      <Problem text={now.error} />
      {who === undefined || account === undefined ? (
        <Begin accounts={Object.keys(accounts)} />
      ) : (
        <div class="cards steps">
          <Steps way={{ who, account, made, make, changed: now.again }} />
        </div>
      )}
    </div>
  );
}

/** Who one is first. */
function Begin({ accounts }: { accounts: string[] }): JSX.Element {
  return (
    <section class="card todo">
      <h2>{t("Log on", "登录")}</h2>
      <p>{t("Whose console is it to be? With an account owner nothing is refused.", "使用哪个身份登录？主账号不会被拒绝。")}</p>
      <ul class="choices">
        {accounts.map((account) => (
          <li key={account}>
            <Button kind="main" onClick={() => become({ account, kind: "owner", name: "" })} disabled={!hasToken()}>
              {whoWord({ account, kind: "owner", name: "" })}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Steps({ way }: { way: Way }): JSX.Element {
  return (
    <>
      <Accounts way={way} />
      <ServiceAccount way={way} />
      <Dependencies way={way} />
      <Pai way={way} />
      <Workspace way={way} />
      <Storage way={way} />
      <Flow way={way} />
      <Runtime way={way} />
      <Deploy way={way} />
    </>
  );
}

const Card = (props: { title: string; done: boolean; children: ComponentChildren }): JSX.Element => (
  <section class={props.done ? "card done" : "card todo"}>
    <h2>{props.title}</h2>
    <p class={props.done ? "verdict yes" : "verdict silent"}>
      <span aria-hidden="true">{props.done ? "✓" : "○"}</span> {props.done ? t("Done", "已完成") : t("To do", "待完成")}
    </p>
    {props.children}
  </section>
);

interface Called {
  operation: string;
  answer: Answer;
}

/** A button that calls an operation, and what came of it below. */
function useCall(way: Way): {
  run: (operation: string, parameters?: Parameters, then?: (fields: Record<string, unknown>) => void) => Promise<boolean>;
  shown: JSX.Element;
} {
  const [called, setCalled] = useState<Called>();
  const [error, setError] = useState<string>();
  const run = async (operation: string, parameters: Parameters = {}, then?: (fields: Record<string, unknown>) => void): Promise<boolean> => {
    try {
      const answer = await call(way.who, operation, parameters);
      setCalled({ operation, answer });
      setError(undefined);
      if (answer.ok) then?.(answer.fields);
      way.changed();
      return answer.ok;
    } catch (problem) {
      setError(problemWord(problem));
      return false;
    }
  };
  const shown = (
    <>
      <Problem text={error} />
      {called !== undefined && <Came operation={called.operation} answer={called.answer} />}
    </>
  );
  return { run, shown };
}

const field = (fields: Record<string, unknown>, name: string): string => String(fields[name] ?? "");

function Accounts({ way }: { way: Way }): JSX.Element {
  const [name, setName] = useState("alice");
  const { run, shown } = useCall(way);
  const users = Object.keys(way.account.users);
  return (
    <Card title={t("Operation account", "操作账号授权")} done>
      <p>
        {t("You are:", "当前身份：")} <strong>{whoWord(way.who)}</strong>
      </p>
      <p class="hint">
        {t(
          "The account owner needs no grant. A RAM user needs a role in the workspace, and full-access policies to activate what is needed.",
          "主账号可直接进行 LangStudio 的所有操作。RAM 用户需要成为工作空间成员，开通依赖产品时还需相应的系统策略。",
        )}
      </p>
      <p>
        {t("RAM users:", "RAM 用户：")} {users.length === 0 ? t("none", "无") : users.slice(0, 20).join(", ")}
      </p>
      <div class="row">
        <Field label={t("User name", "用户名称")} value={name} onInput={setName} />
        <Button onClick={async () => void (await run("Ram.CreateUser", { UserName: name.trim() }))} disabled={name.trim() === ""}>
          {t("Create a RAM user", "创建 RAM 用户")}
        </Button>
      </div>
      {shown}
    </Card>
  );
}

function ServiceAccount({ way }: { way: Way }): JSX.Element {
  const [asking, setAsking] = useState(false);
  const [sure, setSure] = useState(false);
  const { run, shown } = useCall(way);
  const role = Object.entries(way.account.roles).find(([name]) => name.toLowerCase() === ROLE.toLowerCase())?.[1];
  const done = role?.policies.some((policy) => policy.name === POLICY) === true;
  return (
    <Card title={t("PAI service account", "PAI 服务账号授权")} done={done}>
      <p>
        {t("Service role:", "服务角色：")} <code>{ROLE}</code>{" "}
        {done
          ? t("is assigned.", "已授权。")
          : role === undefined
            ? t("is not there.", "不存在。")
            : t("is there without its system policy.", "已存在，但缺少系统策略。")}
      </p>
      <Button kind="main" onClick={() => setAsking(true)}>
        {t("Authorize", "授权")}
      </Button>
      {shown}
      {asking && (
        <Dialog title={t("Cloud resource access authorization", "云资源访问授权")} onClose={() => setAsking(false)}>
          <p>
            {t("PAI asks for permission to use your resources through this role.", "PAI 请求通过以下角色访问您的云资源。")}
          </p>
          <dl class="pairs">
            <div>
              <dt>{t("Role", "角色")}</dt>
              <dd>
                <code>{ROLE}</code>
              </dd>
            </div>
            <div>
              <dt>{t("Trusted service", "受信服务")}</dt>
              <dd>
                <code>pai.aliyuncs.com</code>
              </dd>
            </div>
            <div>
              <dt>{t("System policy", "系统策略")}</dt>
              <dd>
                <code>{POLICY}</code>
              </dd>
            </div>
          </dl>
          <label class="row">
            <input type="checkbox" checked={sure} onChange={(event) => setSure(event.currentTarget.checked)} />{" "}
            {t("Security verification: it is me", "安全验证：本人操作")}
          </label>
          <div class="row">
            <Button
              kind="main"
              disabled={!sure}
              onClick={async () => {
                await run("RamConsole.QuickAuthorization", { Request: REQUEST });
                setAsking(false);
              }}
            >
              {t("Confirm authorization", "确认授权")}
            </Button>
            <Button onClick={() => setAsking(false)}>{t("Cancel", "取消")}</Button>
          </div>
        </Dialog>
      )}
    </Card>
  );
}

const activatedWord = (yes: boolean): string => (yes ? t("✓ Activated", "✓ 已开通") : t("○ Not activated", "○ 未开通"));

const NEEDED = ["oss", "sls", "xtrace"];

function Dependencies({ way }: { way: Way }): JSX.Element {
  const { run, shown } = useCall(way);
  const [calls, setCalls] = useState<{ Product: string; Action: string; Answer: string; Denied: string | null }[]>([]);
  const open = (service: string): boolean => way.account.activated.some((one) => one === service || one.startsWith(`${service}/`));
  const activate = async (): Promise<void> => {
    await run("PaiConsole.ActivateForFree", {}, (fields) => setCalls((fields["Calls"] as { Call: typeof calls }).Call));
  };
  return (
    <Card title={t("Services that LangStudio depends on", "开通依赖的云产品")} done={NEEDED.every(open)}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("Service", "云产品")}</th>
            <th scope="col">{t("Status", "状态")}</th>
          </tr>
        </thead>
        <tbody>
          {NEEDED.map((service) => (
            <tr key={service}>
              <td>{serviceWord(service)}</td>
              <td>{activatedWord(open(service))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button kind="main" onClick={activate}>
        {t("Activate for free", "免费开通")}
      </Button>
      {shown}
      {calls.length > 0 && (
        <ul class="plainlist">
          {calls.map((one) => (
            <li key={one.Action}>
              <span aria-hidden="true">{one.Answer === "OK" ? "✓" : "✕"}</span> {one.Product}.{one.Action}: {one.Answer}
              {one.Denied !== null && (
                <>
                  {" "}
                  <code>{one.Denied}</code>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Pai({ way }: { way: Way }): JSX.Element {
  const { run, shown } = useCall(way);
  const done = way.account.activated.includes(`pai/${REGION}`);
  const order = { OrderType: "BUY", ProductCode: "PAI_share", ChargeType: "POSTPAY", InstanceProperties: [] };
  const traces = Object.keys(way.account.roles).some((name) => name.toLowerCase() === "aliyunserviceroleforpaillmtrace");
  return (
    <Card title={t("Platform for AI", "人工智能平台 PAI")} done={done && traces}>
      <p>
        {serviceWord(`pai/${REGION}`)}
        {colon()}
        {activatedWord(done)}
      </p>
      <div class="row">
        <Button kind="main" onClick={async () => void (await run("AIWorkSpace.CreateProductOrders", { AutoPay: true, Products: [order] }))}>
          {t("Activate PAI", "开通 PAI")}
        </Button>
        <Button onClick={async () => void (await run("PaiLLMTrace.CreateServiceIdentityRole"))}>
          {t("Authorize traces of models", "授权大模型链路追踪")}
        </Button>
      </div>
      <p class="hint">
        <code>AliyunServiceRoleForPaiLLMTrace</code>: {traces ? t("is there", "已存在") : t("is not there", "不存在")}
      </p>
      {shown}
    </Card>
  );
}

function Workspace({ way }: { way: Way }): JSX.Element {
  const [name, setName] = useState("research");
  const [user, setUser] = useState("");
  const [role, setRole] = useState("PAI.AlgoDeveloper");
  const { run, shown } = useCall(way);
  const users = Object.keys(way.account.users);
  const add = async (): Promise<void> => {
    let id: string | undefined;
    await run("Ram.GetUser", { UserName: user }, (fields) => (id = (fields["User"] as { UserId?: string } | undefined)?.UserId));
    if (id === undefined) return;
    await run("AIWorkSpace.CreateMember", { WorkspaceId: way.made.workspace, Members: [{ UserId: id, Roles: [role] }] });
  };
  const workspaces = Object.entries(way.account.workspaces);
  return (
    <Card title={t("Workspace", "工作空间")} done={way.made.workspace !== ""}>
      {workspaces.map(([place, of]) => (
        <p key={place}>
          <code>{place}</code>{" "}
          <small>
            {Object.entries(of.members)
              .map(([member, roles]) => `${member}: ${roles.join(", ")}`)
              .join("; ")}
          </small>
        </p>
      ))}
      <div class="row">
        <Field label={t("Name", "名称")} value={name} onInput={setName} />
        <Button
          kind="main"
          onClick={async () =>
            void (await run("AIWorkSpace.CreateWorkspace", { WorkspaceName: name, Description: name, EnvTypes: ["prod"] }, (fields) =>
              way.make({ workspace: field(fields, "WorkspaceId") }),
            ))
          }
        >
          {t("Create a workspace", "创建工作空间")}
        </Button>
      </div>
      {users.length > 0 && way.made.workspace !== "" && (
        <div class="row">
          <Choice
            label={t("RAM user", "RAM 用户")}
            value={user}
            onChange={setUser}
            options={[["", t("choose", "请选择")], ...users.map((one): [string, string] => [one, one])]}
          />
          <Choice
            label={t("Role in the workspace", "成员角色")}
            value={role}
            onChange={setRole}
            options={MEMBER_ROLES.map(([id, en, zh]): [string, string] => [id, t(en, zh)])}
          />
          <Button onClick={add} disabled={user === ""}>
            {t("Add the member", "添加成员")}
          </Button>
        </div>
      )}
      {shown}
    </Card>
  );
}

function Storage({ way }: { way: Way }): JSX.Element {
  const [name, setName] = useState("research-flows");
  const { run, shown } = useCall(way);
  return (
    <Card title={t("Storage", "存储路径")} done={way.made.bucket !== ""}>
      <p class="hint">{t("Flows lie in a bucket of OSS, where LangStudio writes them as its role.", "应用流存放在 OSS 存储空间中，由 LangStudio 以其服务角色写入。")}</p>
      <div class="row">
        <Field label={t("Bucket", "存储空间（Bucket）")} value={name} onInput={setName} />
        <Button kind="main" onClick={async () => void (await run("Oss.PutBucket", { Bucket: name }, () => way.make({ bucket: name })))}>
          {t("Create a bucket", "创建存储空间")}
        </Button>
      </div>
      {shown}
    </Card>
  );
}

const workDir = (way: Way): string => `oss://${way.made.bucket}/work/`;
const ready = (way: Way): boolean => way.made.workspace !== "" && way.made.bucket !== "";

function Flow({ way }: { way: Way }): JSX.Element {
  const [name, setName] = useState("chat");
  const { run, shown } = useCall(way);
  const create = (): Promise<boolean> =>
    run(
      "PAILangStudio.CreateFlow",
      { WorkspaceId: way.made.workspace, FlowName: name, WorkDir: workDir(way), Content: "nodes: [answer]" },
      (fields) => way.make({ flow: field(fields, "FlowId") }),
    );
  return (
    <Card title={t("Application flow", "应用流")} done={way.made.flow !== ""}>
      <div class="row">
        <Field label={t("Name", "名称")} value={name} onInput={setName} />
        <Button kind="main" onClick={async () => void (await create())} disabled={!ready(way)}>
          {t("Create a flow", "新建应用流")}
        </Button>
      </div>
      {shown}
    </Card>
  );
}

/** Asks for the status of something, shows it, and lets time pass. */
function useStatus(way: Way, operation: string, parameters: Parameters, member: string, on: string): {
  status: Asked<string>;
  shown: JSX.Element;
  waiting: JSX.Element;
} {
  const [trouble, setTrouble] = useState<string>();
  const status = useAsked(async () => {
    if (on === "") return "";
    const answer = await call(way.who, operation, parameters);
    return answer.ok ? field(answer.fields, member) : (answer.code ?? "");
  }, [on, way.who]);
  const wait = async (): Promise<void> => {
    try {
      await control("POST", "clock", { advance_seconds: 600 });
      setTrouble(undefined);
      status.again();
    } catch (problem) {
      setTrouble(problemWord(problem));
    }
  };
  const shown = (
    <>
      {on !== "" && (
        <p>
          <code>{on}</code>: <strong class={`${member.replace("Status", "").toLowerCase()}-status`}>{status.value}</strong>
        </p>
      )}
      <Problem text={trouble ?? status.error} />
    </>
  );
  const waiting = (
    <Button onClick={wait} disabled={on === ""}>
      {t("Ten minutes pass", "等待十分钟")}
    </Button>
  );
  return { status, shown, waiting };
}

function Runtime({ way }: { way: Way }): JSX.Element {
  const { run, shown } = useCall(way);
  const id = way.made.runtime;
  const { status, shown: told, waiting } = useStatus(way, "PAILangStudio.GetRuntime", { WorkspaceId: way.made.workspace, RuntimeId: id }, "RuntimeStatus", id);
  const create = (): Promise<boolean> =>
    run(
      "PAILangStudio.CreateRuntime",
      {
        WorkspaceId: way.made.workspace,
        RuntimeName: "chat_runtime",
        RuntimeType: "DSW",
        WorkDir: workDir(way),
        EcsSpec: { InstanceType: "ecs.c6.large" },
      },
      (fields) => way.make({ runtime: field(fields, "RuntimeId") }),
    );
  return (
    <Card title={t("Runtime", "运行时")} done={status.value === "Running"}>
      {told}
      <div class="row">
        <Button kind="main" onClick={async () => void (await create())} disabled={!ready(way)}>
          {t("Create a runtime", "新建运行时")}
        </Button>
        {waiting}
      </div>
      {shown}
    </Card>
  );
}

function Deploy({ way }: { way: Way }): JSX.Element {
  const { run, shown } = useCall(way);
  const id = way.made.deployment;
  const { status, shown: told, waiting } = useStatus(way, "PAILangStudio.GetDeployment", { WorkspaceId: way.made.workspace, DeploymentId: id }, "DeploymentStatus", id);
  const create = (): Promise<boolean> =>
    run(
      "PAILangStudio.CreateDeployment",
      {
        WorkspaceId: way.made.workspace,
        ServiceName: "chat",
        ResourceType: "Flow",
        ResourceId: way.made.flow,
        WorkDir: workDir(way),
        EnableTrace: true,
        DeploymentConfig: JSON.stringify({ metadata: { instance: 1, cpu: 2, memory: 4000 } }),
      },
      (fields) => way.make({ deployment: field(fields, "DeploymentId") }),
    );
  const confirm = async (): Promise<void> => {
    await run("PAILangStudio.UpdateDeployment", {
      WorkspaceId: way.made.workspace,
      DeploymentId: id,
      StageAction: JSON.stringify({ Stage: 3, Action: "Confirm" }),
    });
    status.again();
  };
  return (
    <Card title={t("Deployment", "部署")} done={status.value === "Succeed"}>
      {told}
      <div class="row">
        <Button kind="main" onClick={async () => void (await create())} disabled={way.made.flow === ""}>
          {t("Deploy", "部署")}
        </Button>
        <Button onClick={confirm} disabled={id === ""}>
          {t("Confirm", "确认部署")}
        </Button>
        {waiting}
      </div>
      {shown}
      {status.value === "Succeed" && (
        <p role="status">
          {t("The flow is deployed as a service of EAS. What LangStudio did as its role stands in ", "应用流已部署为 EAS 服务。LangStudio 以服务角色完成的调用见")}
          <a href="#/live">{t("Live", "实时调用")}</a>.
        </p>
      )}
    </Card>
  );
}

