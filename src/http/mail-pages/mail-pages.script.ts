/**
 * The script of a mail's page. It reads the token from the URL fragment, which browsers do not send to servers, logs in
 * where the page needs it, sends the page's operation, and shows the named fields of the answer as text.
 */
export const MAIL_PAGE_SCRIPT = `
const page = JSON.parse(document.getElementById('page').textContent);
const language = (navigator.language || 'zh').startsWith('zh') ? 'zh' : 'en';
document.documentElement.lang = language;
document.documentElement.dataset.language = language;
const form = document.getElementById('form');
const token = new URLSearchParams(location.hash.slice(1)).get('token');
if (token && form.elements.token) {
  form.elements.token.value = token;
  form.elements.token.parentElement.hidden = true;
}
let access = null;
async function ask(query, variables) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', 'accept-language': language, ...(access ? { authorization: 'Bearer ' + access } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) {
    if (access && errors.some((error) => error.extensions.code === 'UNAUTHENTICATED')) askForLogIn();
    throw new Error(errors.map((error) => error.message).join(' '));
  }
  return data;
}
function askForLogIn() {
  access = null;
  document.getElementById('log-in').disabled = false;
  document.getElementById('log-in').hidden = false;
}
function named(name, content) {
  const list = document.createElement('dl');
  const term = document.createElement('dt');
  term.textContent = page.labels[name][language];
  const detail = document.createElement('dd');
  detail.append(content);
  list.append(term, detail);
  return list;
}
function shown(name, value) {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((entry) => shown(name, entry));
  if (typeof value !== 'object') return page.labels[name] ? [named(name, String(value))] : [];
  if (typeof value.value === 'string') return page.labels[name] ? [named(name, value.value)] : [];
  const within = Object.entries(value).flatMap(([key, each]) => shown(key, each));
  if (page.answers && value.id && value[page.answers.when]) within.push(answers(value.id));
  if (!page.labels[name] || within.length === 0) return within;
  const group = document.createElement('div');
  group.append(...within);
  return [named(name, group)];
}
const fault = document.getElementById('fault');
function answers(id) {
  const place = document.createElement('p');
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  const buttons = page.answers.buttons.map((answer) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = answer.label[language];
    button.addEventListener('click', async () => {
      if (buttons.some((one) => one.disabled)) return;
      for (const one of buttons) one.disabled = true;
      fault.hidden = true;
      try {
        await ask(answer.operation, { id });
        said.textContent = answer.done[language];
      } catch (error) {
        fault.textContent = error.message;
        fault.hidden = false;
        fault.scrollIntoView();
      } finally {
        for (const one of buttons) one.disabled = false;
      }
    });
    return button;
  });
  place.append(...buttons.flatMap((button) => [button, ' ']), said);
  return place;
}
if (page.preview && token)
  ask(page.preview, { token }).then(
    (answer) => document.getElementById('preview').replaceChildren(...shown('', answer)),
    (error) => {
      fault.textContent = error.message;
      fault.hidden = false;
    },
  );
const button = form.querySelector('button');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (button.disabled) return;
  button.disabled = true;
  fault.hidden = true;
  const given = Object.fromEntries(new FormData(form));
  try {
    if (page.login && access === null) {
      const { logIn } = await ask('mutation ($email: String!, $password: String!, $totpCode: String) { logIn(input: { email: $email, password: $password, totpCode: $totpCode }) { tokens { accessToken } } }', { email: given.email, password: given.password, totpCode: given.totpCode || null });
      access = logIn.tokens.accessToken;
      document.getElementById('log-in').disabled = true;
      document.getElementById('log-in').hidden = true;
      const { viewer } = await ask('{ viewer { isOperatorPending } }', {});
      document.getElementById('pending').hidden = !(viewer && viewer.isOperatorPending);
    }
    const variables = { ...given };
    if (page.login) for (const name of ['email', 'password', 'totpCode']) if (!page.operation.includes('$' + name)) delete variables[name];
    if (page.operation.includes('$id')) variables.id = decodeURIComponent(location.pathname.split('/').at(page.idAt));
    const answer = document.getElementById('answer');
    const parts = shown('', await ask(page.operation, variables));
    answer.replaceChildren(...parts);
    document.getElementById('empty').hidden = page.acts || parts.length > 0;
    if (page.acts) {
      form.hidden = true;
      document.getElementById('done').hidden = false;
    }
  } catch (error) {
    fault.textContent = error.message;
    fault.hidden = false;
  } finally {
    button.disabled = false;
  }
});
`;
