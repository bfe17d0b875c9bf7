// Written by "npm run generate:sdk" from openapi.json. Change the declarations of the server instead.

import type * as Api from './schemas.ts'

/** Every operation of the API: what it takes and what it answers. */
export interface Operations {
  /** List projects */
  listProjects: {
    input: {
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: name, created-at, automation-support, enable-delete-issues, time-management-support, assign-to-group, mainline-branches, queue-branches, codeowners */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose name is one of these values; several are separated by commas */
        name?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Only those whose automation-support is one of these values; several are separated by commas */
        'automation-support'?: string | number | readonly (string | number)[]
        /** Only those whose enable-delete-issues is one of these values; several are separated by commas */
        'enable-delete-issues'?: string | number | readonly (string | number)[]
        /** Only those whose time-management-support is one of these values; several are separated by commas */
        'time-management-support'?: string | number | readonly (string | number)[]
        /** Only those whose assign-to-group is one of these values; several are separated by commas */
        'assign-to-group'?: string | number | readonly (string | number)[]
        /** Only those whose mainline-branches is one of these values; several are separated by commas; null = those without */
        'mainline-branches'?: string | number | readonly (string | number)[]
        /** Only those whose queue-branches is one of these values; several are separated by commas; null = those without */
        'queue-branches'?: string | number | readonly (string | number)[]
        /** Only those whose codeowners is one of these values; several are separated by commas; null = those without */
        codeowners?: string | number | readonly (string | number)[]
      }
    }
    answer: {
      data: Api.Project[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a project */
  createProject: {
    input: {
      body: {
        data: {
          type?: 'projects'
          attributes: Api.ProjectCreate
        }
      }
    }
    answer: Api.ProjectAnswer
  }

  /** Show a project */
  showProject: { input: { path: { id: number | string } }; answer: Api.ProjectAnswer }

  /** Rename a project or change its settings */
  updateProject: {
    input: {
      path: { id: number | string }
      body: {
        data: {
          type?: 'projects'
          attributes: Api.ProjectUpdate
        }
      }
    }
    answer: Api.ProjectAnswer
  }

  /** Delete a project and everything in it; needs confirm=<its name> */
  deleteProject: {
    input: {
      path: { id: number | string }
      query?: {
        /** The name of the project; may stand in the body instead */
        confirm?: string
      }
      body?: {
        confirm?: string
      }
    }
    answer: Api.Deleted
  }

  /** List users */
  listUsers: {
    input: {
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only the user with this e-mail address, in any case */
        email?: string
        /** Only users who are in a project */
        active?: boolean
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: first-name, last-name, display-name, email, time-zone, active, created-at, last-activity */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose first-name is one of these values; several are separated by commas; null = those without */
        'first-name'?: string | number | readonly (string | number)[]
        /** Only those whose last-name is one of these values; several are separated by commas; null = those without */
        'last-name'?: string | number | readonly (string | number)[]
        /** Only those whose display-name is one of these values; several are separated by commas */
        'display-name'?: string | number | readonly (string | number)[]
        /** Only those whose time-zone is one of these values; several are separated by commas; null = those without */
        'time-zone'?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Show what is shown on request only */
        last_activity?: boolean
      }
    }
    answer: {
      data: Api.User[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a user */
  createUser: {
    input: {
      query?: {
        /** Also make a link to set a password */
        invite?: boolean
      }
      body: {
        data: {
          type?: 'users'
          attributes: Api.UserCreate
        }
      }
    }
    answer: Api.UserAnswer
  }

  /** Make a link by which a user sets a password */
  inviteUser: {
    input: { path: { id: number | string } }
    answer: {
      data: {
        id: string
        type: 'invitations'
        attributes: {
          /** Link to set a password, which works once */
          url: string
          'expires-at': string
          /** Whether it was mailed to the user */
          mailed: boolean
        }
      }
    }
  }

  /** Show a user */
  showUser: {
    input: {
      path: { id: number | string }
      query?: {
        /** Show what is shown on request only */
        last_activity?: boolean
      }
    }
    answer: Api.UserAnswer
  }

  /** Update names of a user */
  updateUser: {
    input: {
      path: { id: number | string }
      body: {
        data: {
          type?: 'users'
          attributes: Api.UserUpdate
        }
      }
    }
    answer: Api.UserAnswer
  }

  /** List projects and groups of a user */
  listUserProjects: {
    input: {
      path: { id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: {
      data: Api.UserProject[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Replace project and group access of a user */
  replaceUserProjects: {
    input: {
      path: { id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
      body: {
        data: {
          projects: {
            id?: number | string
            groups?: {
              id?: number | string
            }[]
          }[]
        }
      }
    }
    answer: {
      data: Api.UserProject[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Revoke all project access of a user */
  revokeUserProjects: {
    input: { path: { id: number | string } }
    answer: {
      data: never[]
    }
  }

  /** Replace project and group access of a user */
  replaceUserGroups: {
    input: {
      path: { id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
      body: {
        data: {
          projects: {
            id?: number | string
            groups?: {
              id?: number | string
            }[]
          }[]
        }
      }
    }
    answer: {
      data: Api.UserProject[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Describe the calling token */
  showMe: { input: Record<never, never>; answer: Api.MeAnswer }

  /** Sign in */
  signIn: {
    input: {
      body: {
        email: string
        password: string
        /** Whether the session outlives the browser, for 30 days; else it ends after 12 hours without a request */
        remember?: boolean
        /** Of the second factor, where there is one: of the app, or for when it is lost */
        code?: string
      }
    }
    answer: Api.MeAnswer
  }

  /** Describe who is signed in */
  showSession: { input: Record<never, never>; answer: Api.MeAnswer }

  /** Sign out */
  signOut: {
    input: Record<never, never>
    answer: {
      data: Api.Identifier[]
    }
  }

  /** Set a password by the code of a link, and sign in */
  useWelcomeCode: {
    input: {
      body: {
        code: string
        password: string
        /** Whether the session outlives the browser, for 30 days; else it ends after 12 hours without a request */
        remember?: boolean
        /** Of the second factor, where there is one: of the app, or for when it is lost */
        'second-factor'?: string
      }
    }
    answer: Api.MeAnswer
  }

  /** Have a link mailed that sets a new password */
  requestPasswordReset: {
    input: {
      body: {
        email: string
      }
    }
    answer: {
      data: {
        id: string
        type: 'password-resets'
        attributes: {
          accepted: true
        }
      }
    }
  }

  /** Tell how people may sign in */
  showSignInMethods: {
    input: Record<never, never>
    answer: {
      data: {
        id: string
        type: 'sign-in-methods'
        attributes: {
          password: boolean
          /** Whether links to a new password are mailed */
          reset: boolean
          'single-sign-on': null | {
            name: string
            path: string
          }
        }
      }
    }
  }

  /** List where the caller is signed in */
  listSessions: {
    input: {
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: {
      data: Api.Session[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** End the other sessions of the caller */
  endSessions: {
    input: {
      query?: {
        /** Only these, separated by commas */
        'session-ids'?: string | number | readonly (string | number)[]
      }
    }
    answer: {
      data: Api.Identifier[]
    }
  }

  /** Change the password of the caller */
  changePassword: {
    input: {
      body: {
        data: {
          attributes?: {
            current?: string
            'new': string
          }
        }
      }
    }
    answer: {
      data: {
        id: string
        type: 'passwords'
        attributes: {
          'changed-at': string
        }
      }
    }
  }

  /** Show whether the caller has a second factor */
  showTotp: {
    input: Record<never, never>
    answer: {
      data: {
        id: string
        type: 'totp'
        attributes: {
          /** Whether signing in takes a code */
          confirmed: boolean
          /** Whether the account wants one of everybody */
          required: boolean
          'recovery-codes-left': number
        }
      }
    }
  }

  /** Begin to set up a second factor: a secret for an app */
  startTotp: {
    input: Record<never, never>
    answer: {
      data: {
        id: string
        type: 'totp'
        attributes: {
          /** For the app, in base 32; shown once */
          secret: string
          /** The same as an address, for a QR code */
          'otpauth-url': string
        }
      }
    }
  }

  /** Confirm a second factor by a code, or switch it off by one */
  confirmTotp: {
    input: {
      body: {
        data: {
          attributes?: {
            code: string
            /** false: switch it off */
            enabled?: boolean
          }
        }
      }
    }
    answer: {
      data: {
        id: string
        type: 'totp'
        attributes: {
          confirmed: boolean
          'recovery-codes': string[]
        }
      }
    }
  }

  /** Take the second factor away from a user who lost it */
  removeTotp: {
    input: { path: { id: number | string } }
    answer: {
      data: {
        id: string
        type: 'totp'
      }
    }
  }

  /** List account tokens */
  listTokens: {
    input: {
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: {
      data: Api.Token[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create an account token; its secret is shown once */
  createToken: {
    input: {
      body: {
        data: {
          type?: 'tokens'
          attributes: Api.TokenCreate
        }
      }
    }
    answer: Api.NewTokenAnswer
  }

  /** Rename, disable or enable an account token */
  updateToken: {
    input: {
      path: { id: number | string }
      body: {
        data: {
          type?: 'tokens'
          attributes: Api.TokenUpdate
        }
      }
    }
    answer: Api.TokenAnswer
  }

  /** Delete an account token */
  deleteToken: { input: { path: { id: number | string } }; answer: Api.Deleted }

  /** Show the personal token of a user, without its secret */
  showPersonalToken: { input: { path: { id: number | string } }; answer: Api.PersonalTokenAnswer }

  /** Create or renew the personal token of a user; its secret is shown once */
  createPersonalToken: { input: { path: { id: number | string } }; answer: Api.NewPersonalTokenAnswer }

  /** Disable or enable a personal token, or let it record other users */
  updatePersonalToken: {
    input: {
      path: { id: number | string }
      body: {
        data: {
          type?: 'personal-tokens'
          attributes: Api.PersonalTokenUpdate
        }
      }
    }
    answer: Api.PersonalTokenAnswer
  }

  /** Delete the personal token of a user */
  deletePersonalToken: { input: { path: { id: number | string } }; answer: Api.Deleted }

  /** List groups of the project */
  listGroups: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: {
      data: Api.Group[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a group */
  createGroup: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'groups'
          attributes: Api.GroupCreate
        }
      }
    }
    answer: {
      data: Api.GroupWithPermissions
    }
  }

  /** Show a group with its 20 permissions */
  showGroup: {
    input: { path: { project_id: number | string; id: number | string } }
    answer: {
      data: Api.GroupWithPermissions
    }
  }

  /** Rename a group or change its permissions */
  updateGroup: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'groups'
          attributes: Api.GroupUpdate
        }
      }
    }
    answer: {
      data: Api.GroupWithPermissions
    }
  }

  /** Delete a group */
  deleteGroup: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** List users of a group */
  listGroupUsers: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Add users to a group */
  addGroupUsers: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove users from a group */
  removeGroupUsers: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Show the issue workflow: statuses and transitions */
  showWorkflow: {
    input: { path: { project_id: number | string } }
    answer: {
      data: Api.Workflow
    }
  }

  /** Add a status to the workflow */
  createWorkflowStatus: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'workflow-statuses'
          attributes: Api.WorkflowStatusCreate
        }
      }
    }
    answer: Api.WorkflowStatusAnswer
  }

  /** Change a status of the workflow */
  updateWorkflowStatus: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'workflow-statuses'
          attributes: Api.WorkflowStatusUpdate
        }
      }
    }
    answer: Api.WorkflowStatusAnswer
  }

  /** Delete an unused status and its transitions */
  deleteWorkflowStatus: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** Add a transition to the workflow */
  createWorkflowTransition: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'workflow-transitions'
          attributes: Api.WorkflowTransitionCreate
        }
      }
    }
    answer: Api.WorkflowTransitionAnswer
  }

  /** Change a transition of the workflow */
  updateWorkflowTransition: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'workflow-transitions'
          attributes: Api.WorkflowTransitionUpdate
        }
      }
    }
    answer: Api.WorkflowTransitionAnswer
  }

  /** Delete a transition of the workflow */
  deleteWorkflowTransition: {
    input: { path: { project_id: number | string; id: number | string } }
    answer: Api.Deleted
  }

  /** List custom fields */
  listCustomFields: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: {
      data: Api.CustomField[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a custom field */
  createCustomField: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'custom-fields'
          attributes: Api.CustomFieldCreate
        }
      }
    }
    answer: Api.CustomFieldAnswer
  }

  /** Show a custom field */
  showCustomField: {
    input: { path: { project_id: number | string; id: number | string } }
    answer: Api.CustomFieldAnswer
  }

  /** Update a custom field */
  updateCustomField: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'custom-fields'
          attributes: Api.CustomFieldUpdate
        }
      }
    }
    answer: Api.CustomFieldAnswer
  }

  /** Delete a custom field and its values */
  deleteCustomField: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** Make the six fields that the TestRail importer needs */
  prepareTestrailImport: {
    input: { path: { project_id: number | string } }
    answer: {
      data: Api.CustomField[]
    }
  }

  /** List requirements */
  listRequirements: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those with exactly this name */
        name_exact?: string
        /** Only those whose name contains this text, in any case */
        name_like?: string
        /** Only those with one of these ids, separated by commas */
        'display-ids'?: string | number | readonly (string | number)[]
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: project-id, display-id, name, description, instances-count, run-status, last-run, author-id, assigned-to-id, assigned-to-type, version, priority, parent-id, folder-id, cloned-from-id, created-at, updated-at, ---f-<id of a custom field> */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose project-id is one of these values; several are separated by commas */
        'project-id'?: string | number | readonly (string | number)[]
        /** Only those whose display-id is one of these values; several are separated by commas */
        'display-id'?: string | number | readonly (string | number)[]
        /** Only those whose name is one of these values; several are separated by commas */
        name?: string | number | readonly (string | number)[]
        /** Only those whose description is one of these values; several are separated by commas; null = those without */
        description?: string | number | readonly (string | number)[]
        /** Only those whose instances-count is one of these values; several are separated by commas */
        'instances-count'?: string | number | readonly (string | number)[]
        /** Only those whose run-status is one of these: PASSED, FAILED, BLOCKED, NO RUN, NOT COMPLETED; several are separated by commas */
        'run-status'?: string | number | readonly (string | number)[]
        /** Only those whose last-run is one of these values; several are separated by commas; null = those without */
        'last-run'?: string | number | readonly (string | number)[]
        /** Only those whose author-id is one of these values; several are separated by commas; null = those without */
        'author-id'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-id is one of these values; several are separated by commas; null = those without */
        'assigned-to-id'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-type is one of these: user, group; several are separated by commas; null = those without */
        'assigned-to-type'?: string | number | readonly (string | number)[]
        /** Only those whose version is one of these values; several are separated by commas; null = those without */
        version?: string | number | readonly (string | number)[]
        /** Only those whose priority is one of these values; several are separated by commas; null = those without */
        priority?: string | number | readonly (string | number)[]
        /** Only those whose parent-id is one of these values; several are separated by commas; null = those without */
        'parent-id'?: string | number | readonly (string | number)[]
        /** Only those whose folder-id is one of these values; several are separated by commas; null = those without */
        'folder-id'?: string | number | readonly (string | number)[]
        /** Only those whose cloned-from-id is one of these values; several are separated by commas; null = those without */
        'cloned-from-id'?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Only those whose updated-at is one of these values; several are separated by commas */
        'updated-at'?: string | number | readonly (string | number)[]
        /** Only what this PTQL query selects */
        ptql?: string
        /** Only what is inside this filter and its ancestors */
        'filter-id'?: number | string
        /** Of an auto-filter: only what has this value of its first level */
        'autofilter-value'?: string
        /** Of an auto-filter of two levels: only what has this value of its second */
        'sub-autofilter-value'?: string
        /** The user that CURRENT_USER stands for */
        'filter-user-id'?: number | string
        /** Show what each is linked to */
        relationships?: boolean
      }
    }
    answer: {
      data: Api.Requirement[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a requirement */
  createRequirement: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'requirements'
          attributes: Api.RequirementCreate
          traceability?: {
            'test-ids'?: (number | string)[]
          }
        }
      }
    }
    answer: Api.RequirementAnswer
  }

  /** Show a requirement */
  showRequirement: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Show what each is linked to */
        relationships?: boolean
      }
    }
    answer: Api.RequirementAnswer
  }

  /** Update a requirement */
  updateRequirement: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'requirements'
          attributes: Api.RequirementUpdate
        }
      }
    }
    answer: Api.RequirementAnswer
  }

  /** Delete a requirement */
  deleteRequirement: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** List tests */
  listTests: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those with exactly this name */
        name_exact?: string
        /** Only those whose name contains this text, in any case */
        name_like?: string
        /** Only those with one of these ids, separated by commas */
        'display-ids'?: string | number | readonly (string | number)[]
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: project-id, display-id, name, description, preconditions, steps-count, status, run-status, last-run, author-id, assigned-to-id, assigned-to-type, cloned-from-id, planned-execution, version, priority, duration-estimate, test-type, scenario, folder-id, created-at, updated-at, file, provisional, ---f-<id of a custom field> */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose project-id is one of these values; several are separated by commas */
        'project-id'?: string | number | readonly (string | number)[]
        /** Only those whose display-id is one of these values; several are separated by commas */
        'display-id'?: string | number | readonly (string | number)[]
        /** Only those whose name is one of these values; several are separated by commas */
        name?: string | number | readonly (string | number)[]
        /** Only those whose description is one of these values; several are separated by commas; null = those without */
        description?: string | number | readonly (string | number)[]
        /** Only those whose preconditions is one of these values; several are separated by commas; null = those without */
        preconditions?: string | number | readonly (string | number)[]
        /** Only those whose steps-count is one of these values; several are separated by commas */
        'steps-count'?: string | number | readonly (string | number)[]
        /** Only those whose status is one of these values; several are separated by commas; null = those without */
        status?: string | number | readonly (string | number)[]
        /** Only those whose run-status is one of these: PASSED, FAILED, BLOCKED, NO RUN, NOT COMPLETED; several are separated by commas */
        'run-status'?: string | number | readonly (string | number)[]
        /** Only those whose last-run is one of these values; several are separated by commas; null = those without */
        'last-run'?: string | number | readonly (string | number)[]
        /** Only those whose author-id is one of these values; several are separated by commas; null = those without */
        'author-id'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-id is one of these values; several are separated by commas; null = those without */
        'assigned-to-id'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-type is one of these: user, group; several are separated by commas; null = those without */
        'assigned-to-type'?: string | number | readonly (string | number)[]
        /** Only those whose cloned-from-id is one of these values; several are separated by commas; null = those without */
        'cloned-from-id'?: string | number | readonly (string | number)[]
        /** Only those whose planned-execution is one of these values; several are separated by commas; null = those without */
        'planned-execution'?: string | number | readonly (string | number)[]
        /** Only those whose version is one of these values; several are separated by commas; null = those without */
        version?: string | number | readonly (string | number)[]
        /** Only those whose priority is one of these values; several are separated by commas; null = those without */
        priority?: string | number | readonly (string | number)[]
        /** Only those whose duration-estimate is one of these values; several are separated by commas */
        'duration-estimate'?: string | number | readonly (string | number)[]
        /** Only those whose test-type is one of these: ScriptedTest, ApiTest, FireCracker, xBotTest, EggplantTest, BDDTest, ExploratoryTest; several are separated by commas */
        'test-type'?: string | number | readonly (string | number)[]
        /** Only those whose scenario is one of these values; several are separated by commas; null = those without */
        scenario?: string | number | readonly (string | number)[]
        /** Only those whose folder-id is one of these values; several are separated by commas; null = those without */
        'folder-id'?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Only those whose updated-at is one of these values; several are separated by commas */
        'updated-at'?: string | number | readonly (string | number)[]
        /** Only those whose file is one of these values; several are separated by commas; null = those without */
        file?: string | number | readonly (string | number)[]
        /** Only those whose provisional is one of these values; several are separated by commas */
        provisional?: string | number | readonly (string | number)[]
        /** Only what this PTQL query selects */
        ptql?: string
        /** Only what is inside this filter and its ancestors */
        'filter-id'?: number | string
        /** Of an auto-filter: only what has this value of its first level */
        'autofilter-value'?: string
        /** Of an auto-filter of two levels: only what has this value of its second */
        'sub-autofilter-value'?: string
        /** The user that CURRENT_USER stands for */
        'filter-user-id'?: number | string
        /** Show what each is linked to */
        relationships?: boolean
      }
    }
    answer: {
      data: Api.Test[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a test */
  createTest: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Answer the test of exactly that name, if there is one */
        'find-or-create'?: boolean
      }
      body: {
        data: {
          type?: 'tests'
          attributes: Api.TestCreate
          steps?: {
            data?: Api.NewStep[]
          }
        }
      }
    }
    answer: {
      data: Api.Test
      meta?: {
        created?: number[]
      }
    }
  }

  /** Create a test */
  createTests: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Answer the test of exactly that name, if there is one */
        'find-or-create'?: boolean
      }
      body: {
        data: {
          type?: 'tests'
          attributes: Api.TestCreate
          steps?: {
            data?: Api.NewStep[]
          }
        }[]
      }
    }
    answer: {
      data: Api.Test[]
      meta?: {
        created?: number[]
      }
    }
  }

  /** Count tests per run status */
  countTestRunStatuses: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Only those with exactly this name */
        name_exact?: string
        /** Only those whose name contains this text, in any case */
        name_like?: string
        /** Only those with one of these ids, separated by commas */
        'display-ids'?: string | number | readonly (string | number)[]
        /** Only those whose project-id is one of these values; several are separated by commas */
        'project-id'?: string | number | readonly (string | number)[]
        /** Only those whose display-id is one of these values; several are separated by commas */
        'display-id'?: string | number | readonly (string | number)[]
        /** Only those whose name is one of these values; several are separated by commas */
        name?: string | number | readonly (string | number)[]
        /** Only those whose description is one of these values; several are separated by commas; null = those without */
        description?: string | number | readonly (string | number)[]
        /** Only those whose preconditions is one of these values; several are separated by commas; null = those without */
        preconditions?: string | number | readonly (string | number)[]
        /** Only those whose steps-count is one of these values; several are separated by commas */
        'steps-count'?: string | number | readonly (string | number)[]
        /** Only those whose status is one of these values; several are separated by commas; null = those without */
        status?: string | number | readonly (string | number)[]
        /** Only those whose run-status is one of these: PASSED, FAILED, BLOCKED, NO RUN, NOT COMPLETED; several are separated by commas */
        'run-status'?: string | number | readonly (string | number)[]
        /** Only those whose last-run is one of these values; several are separated by commas; null = those without */
        'last-run'?: string | number | readonly (string | number)[]
        /** Only those whose author-id is one of these values; several are separated by commas; null = those without */
        'author-id'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-id is one of these values; several are separated by commas; null = those without */
        'assigned-to-id'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-type is one of these: user, group; several are separated by commas; null = those without */
        'assigned-to-type'?: string | number | readonly (string | number)[]
        /** Only those whose cloned-from-id is one of these values; several are separated by commas; null = those without */
        'cloned-from-id'?: string | number | readonly (string | number)[]
        /** Only those whose planned-execution is one of these values; several are separated by commas; null = those without */
        'planned-execution'?: string | number | readonly (string | number)[]
        /** Only those whose version is one of these values; several are separated by commas; null = those without */
        version?: string | number | readonly (string | number)[]
        /** Only those whose priority is one of these values; several are separated by commas; null = those without */
        priority?: string | number | readonly (string | number)[]
        /** Only those whose duration-estimate is one of these values; several are separated by commas */
        'duration-estimate'?: string | number | readonly (string | number)[]
        /** Only those whose test-type is one of these: ScriptedTest, ApiTest, FireCracker, xBotTest, EggplantTest, BDDTest, ExploratoryTest; several are separated by commas */
        'test-type'?: string | number | readonly (string | number)[]
        /** Only those whose scenario is one of these values; several are separated by commas; null = those without */
        scenario?: string | number | readonly (string | number)[]
        /** Only those whose folder-id is one of these values; several are separated by commas; null = those without */
        'folder-id'?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Only those whose updated-at is one of these values; several are separated by commas */
        'updated-at'?: string | number | readonly (string | number)[]
        /** Only those whose file is one of these values; several are separated by commas; null = those without */
        file?: string | number | readonly (string | number)[]
        /** Only those whose provisional is one of these values; several are separated by commas */
        provisional?: string | number | readonly (string | number)[]
        /** Only what this PTQL query selects */
        ptql?: string
        /** Only what is inside this filter and its ancestors */
        'filter-id'?: number | string
        /** Of an auto-filter: only what has this value of its first level */
        'autofilter-value'?: string
        /** Of an auto-filter of two levels: only what has this value of its second */
        'sub-autofilter-value'?: string
        /** The user that CURRENT_USER stands for */
        'filter-user-id'?: number | string
      }
    }
    answer: {
      data: {
        type: 'tests'
        'run-statuses-count': {
          PASSED: number
          FAILED: number
          'NOT COMPLETED': number
          'NO RUN': number
          BLOCKED: number
        }
      }
    }
  }

  /** Find tests for up to 100 names in one call */
  bulkSearchTests: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          name_exact?: string
          name_like?: string
        }[]
      }
    }
    answer: {
      data: {
        query: Record<string, unknown>
        tests: {
          data: Api.Test[]
        }
      }[]
    }
  }

  /** Show a test */
  showTest: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Show what each is linked to */
        relationships?: boolean
      }
    }
    answer: Api.TestAnswer
  }

  /** Update a test */
  updateTest: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'tests'
          attributes: Api.TestUpdate
        }
      }
    }
    answer: Api.TestAnswer
  }

  /** Delete a test */
  deleteTest: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** Clone a test */
  cloneTest: {
    input: {
      path: { project_id: number | string; id: number | string }
      body?: {
        data?: {
          attributes?: Api.TestOverrides
        }
      }
    }
    answer: Api.TestAnswer
  }

  /** List test steps */
  listSteps: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those with one of these ids, separated by commas */
        'test-ids'?: string | number | readonly (string | number)[]
        /** Only those with exactly this name */
        name_exact?: string
        /** Only those whose name contains this text, in any case */
        name_like?: string
      }
    }
    answer: {
      data: Api.Step[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Append steps to a test */
  createSteps: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          attributes?: {
            'test-id': number | string
            steps?: Api.NewStep[]
            name?: string
            description?: string
            'expected-results'?: string
            kind?: 'ManualStep' | 'CallToTest'
            'test-to-call-id'?: number | string
          }
        }
      }
    }
    answer: {
      data: Api.Step | Api.Step[]
    }
  }

  /** Show a step */
  showStep: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.StepAnswer }

  /** Update a step */
  updateStep: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'steps'
          attributes: Api.StepUpdate
        }
      }
    }
    answer: Api.StepAnswer
  }

  /** Delete a step */
  deleteStep: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** List test sets */
  listSets: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those with exactly this name */
        name_exact?: string
        /** Only those whose name contains this text, in any case */
        name_like?: string
        /** Only those with one of these ids, separated by commas */
        'display-ids'?: string | number | readonly (string | number)[]
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: project-id, display-id, name, description, instances-count, status, run-status, last-run, author-id, assigned-to-id, assigned-to-type, planned-execution, version, priority, folder-id, milestone-id, cloned-from-id, created-at, updated-at, duration-estimate, actual-duration, ---f-<id of a custom field> */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose project-id is one of these values; several are separated by commas */
        'project-id'?: string | number | readonly (string | number)[]
        /** Only those whose display-id is one of these values; several are separated by commas */
        'display-id'?: string | number | readonly (string | number)[]
        /** Only those whose name is one of these values; several are separated by commas */
        name?: string | number | readonly (string | number)[]
        /** Only those whose description is one of these values; several are separated by commas; null = those without */
        description?: string | number | readonly (string | number)[]
        /** Only those whose instances-count is one of these values; several are separated by commas */
        'instances-count'?: string | number | readonly (string | number)[]
        /** Only those whose status is one of these values; several are separated by commas; null = those without */
        status?: string | number | readonly (string | number)[]
        /** Only those whose run-status is one of these: PASSED, FAILED, BLOCKED, NO RUN, NOT COMPLETED; several are separated by commas */
        'run-status'?: string | number | readonly (string | number)[]
        /** Only those whose last-run is one of these values; several are separated by commas; null = those without */
        'last-run'?: string | number | readonly (string | number)[]
        /** Only those whose author-id is one of these values; several are separated by commas; null = those without */
        'author-id'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-id is one of these values; several are separated by commas; null = those without */
        'assigned-to-id'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-type is one of these: user, group; several are separated by commas; null = those without */
        'assigned-to-type'?: string | number | readonly (string | number)[]
        /** Only those whose planned-execution is one of these values; several are separated by commas; null = those without */
        'planned-execution'?: string | number | readonly (string | number)[]
        /** Only those whose version is one of these values; several are separated by commas; null = those without */
        version?: string | number | readonly (string | number)[]
        /** Only those whose priority is one of these values; several are separated by commas; null = those without */
        priority?: string | number | readonly (string | number)[]
        /** Only those whose folder-id is one of these values; several are separated by commas; null = those without */
        'folder-id'?: string | number | readonly (string | number)[]
        /** Only those whose milestone-id is one of these values; several are separated by commas; null = those without */
        'milestone-id'?: string | number | readonly (string | number)[]
        /** Only those whose cloned-from-id is one of these values; several are separated by commas; null = those without */
        'cloned-from-id'?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Only those whose updated-at is one of these values; several are separated by commas */
        'updated-at'?: string | number | readonly (string | number)[]
        /** Only those whose duration-estimate is one of these values; several are separated by commas */
        'duration-estimate'?: string | number | readonly (string | number)[]
        /** Only those whose actual-duration is one of these values; several are separated by commas */
        'actual-duration'?: string | number | readonly (string | number)[]
        /** Only what this PTQL query selects */
        ptql?: string
        /** Only what is inside this filter and its ancestors */
        'filter-id'?: number | string
        /** Of an auto-filter: only what has this value of its first level */
        'autofilter-value'?: string
        /** Of an auto-filter of two levels: only what has this value of its second */
        'sub-autofilter-value'?: string
        /** The user that CURRENT_USER stands for */
        'filter-user-id'?: number | string
        /** Show what is shown on request only */
        duration?: boolean
      }
    }
    answer: {
      data: Api.Set[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a test set */
  createSet: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Answer the set of exactly that name, if there is one */
        'find-or-create'?: boolean
      }
      body: {
        data: {
          type?: 'sets'
          attributes: Api.SetCreate
          instances?: {
            'test-ids'?: (number | string)[]
          }
        }
      }
    }
    answer: Api.SetAnswer
  }

  /** Show a test set */
  showSet: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Show what is shown on request only */
        duration?: boolean
      }
    }
    answer: Api.SetAnswer
  }

  /** Update a test set */
  updateSet: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'sets'
          attributes: Api.SetUpdate
        }
      }
    }
    answer: Api.SetAnswer
  }

  /** Delete a test set */
  deleteSet: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** Clone a test set */
  cloneSet: {
    input: {
      path: { project_id: number | string; id: number | string }
      body?: {
        data?: {
          attributes?: Api.SetOverrides
        }
      }
    }
    answer: Api.SetAnswer
  }

  /** List instances */
  listInstances: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those with one of these ids, separated by commas */
        'test-ids'?: string | number | readonly (string | number)[]
        /** Only those with one of these ids, separated by commas */
        'set-ids'?: string | number | readonly (string | number)[]
        /** Only those with one of these ids, separated by commas */
        'test-display-ids'?: string | number | readonly (string | number)[]
        /** Only those with exactly this name */
        name_exact?: string
        /** Only those whose name contains this text, in any case */
        name_like?: string
        /** Only those with these display-ids such as 117:19, separated by commas */
        'display-id'?: string | number | readonly (string | number)[]
        /** Only those of these variants, separated by commas */
        variant?: string | number | readonly (string | number)[]
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: name, project-id, set-id, set-display-id, test-id, test-display-id, display-id, tester-id, priority, version, last-run-duration, last-run, run-status, planned-execution, assigned-to-id, assigned-to-type, created-at, updated-at, variant, ---f-<id of a custom field> */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose name is one of these values; several are separated by commas */
        name?: string | number | readonly (string | number)[]
        /** Only those whose project-id is one of these values; several are separated by commas */
        'project-id'?: string | number | readonly (string | number)[]
        /** Only those whose set-display-id is one of these values; several are separated by commas */
        'set-display-id'?: string | number | readonly (string | number)[]
        /** Only those whose test-display-id is one of these values; several are separated by commas */
        'test-display-id'?: string | number | readonly (string | number)[]
        /** Only those whose tester-id is one of these values; several are separated by commas; null = those without */
        'tester-id'?: string | number | readonly (string | number)[]
        /** Only those whose priority is one of these values; several are separated by commas; null = those without */
        priority?: string | number | readonly (string | number)[]
        /** Only those whose version is one of these values; several are separated by commas; null = those without */
        version?: string | number | readonly (string | number)[]
        /** Only those whose last-run-duration is one of these values; several are separated by commas */
        'last-run-duration'?: string | number | readonly (string | number)[]
        /** Only those whose last-run is one of these values; several are separated by commas; null = those without */
        'last-run'?: string | number | readonly (string | number)[]
        /** Only those whose run-status is one of these: PASSED, FAILED, BLOCKED, NO RUN, NOT COMPLETED; several are separated by commas */
        'run-status'?: string | number | readonly (string | number)[]
        /** Only those whose planned-execution is one of these values; several are separated by commas; null = those without */
        'planned-execution'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-id is one of these values; several are separated by commas; null = those without */
        'assigned-to-id'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-type is one of these: user, group; several are separated by commas; null = those without */
        'assigned-to-type'?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Only those whose updated-at is one of these values; several are separated by commas */
        'updated-at'?: string | number | readonly (string | number)[]
        /** Only those in the test sets that this PTQL query selects */
        'set-ptql'?: string
        /** Only those in the test sets inside this filter */
        'set-filter-id'?: number | string
        /** The user that CURRENT_USER stands for */
        'set-filter-user-id'?: number | string
      }
    }
    answer: {
      data: Api.Instance[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create one instance, or up to 100 */
  createInstance: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'instances'
          attributes: Api.InstanceCreate
        }
      }
    }
    answer: {
      data: Api.Instance
      meta?: {
        created?: number[]
      }
    }
  }

  /** Create one instance, or up to 100 */
  createInstances: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'instances'
          attributes: Api.InstanceCreate
        }[]
      }
    }
    answer: {
      data: Api.Instance[]
      meta?: {
        created?: number[]
      }
    }
  }

  /** Show an instance */
  showInstance: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.InstanceAnswer }

  /** Update an instance */
  updateInstance: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'instances'
          attributes: Api.InstanceUpdate
        }
      }
    }
    answer: Api.InstanceAnswer
  }

  /** Delete an instance and its runs */
  deleteInstance: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** List runs */
  listRuns: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those with one of these ids, separated by commas */
        'test-ids'?: string | number | readonly (string | number)[]
        /** Only those with one of these ids, separated by commas */
        'set-ids'?: string | number | readonly (string | number)[]
        /** Only those with one of these ids, separated by commas */
        'instance-ids'?: string | number | readonly (string | number)[]
        /** Only those with one of these ids, separated by commas */
        'build-ids'?: string | number | readonly (string | number)[]
        /** Only those with one of these ids, separated by commas */
        'failure-ids'?: string | number | readonly (string | number)[]
        /** Only runs of these types, separated by commas */
        'run-type'?: string | number | readonly (string | number)[]
        /** Only runs updated within so many hours */
        'updated-hours-ago'?: number
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: project-id, status, tester-id, instance-id, preconditions, version, test-id, run-type, automated-execution-output, run-duration, run-date, created-at, updated-at, build-id, import-id, attempt, failure-id, duration-ms, ---f-<id of a custom field> */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose project-id is one of these values; several are separated by commas */
        'project-id'?: string | number | readonly (string | number)[]
        /** Only those whose status is one of these: PASSED, FAILED, BLOCKED, NO RUN, NOT COMPLETED; several are separated by commas */
        status?: string | number | readonly (string | number)[]
        /** Only those whose tester-id is one of these values; several are separated by commas; null = those without */
        'tester-id'?: string | number | readonly (string | number)[]
        /** Only those whose preconditions is one of these values; several are separated by commas; null = those without */
        preconditions?: string | number | readonly (string | number)[]
        /** Only those whose version is one of these values; several are separated by commas; null = those without */
        version?: string | number | readonly (string | number)[]
        /** Only those whose automated-execution-output is one of these values; several are separated by commas; null = those without */
        'automated-execution-output'?: string | number | readonly (string | number)[]
        /** Only those whose run-duration is one of these values; several are separated by commas */
        'run-duration'?: string | number | readonly (string | number)[]
        /** Only those whose run-date is one of these values; several are separated by commas */
        'run-date'?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Only those whose updated-at is one of these values; several are separated by commas */
        'updated-at'?: string | number | readonly (string | number)[]
        /** Only those whose import-id is one of these values; several are separated by commas; null = those without */
        'import-id'?: string | number | readonly (string | number)[]
        /** Only those whose attempt is one of these values; several are separated by commas; null = those without */
        attempt?: string | number | readonly (string | number)[]
        /** Only those whose duration-ms is one of these values; several are separated by commas; null = those without */
        'duration-ms'?: string | number | readonly (string | number)[]
        /** Only those in the test sets that this PTQL query selects */
        'set-ptql'?: string
        /** Only those in the test sets inside this filter */
        'set-filter-id'?: number | string
        /** The user that CURRENT_USER stands for */
        'set-filter-user-id'?: number | string
      }
    }
    answer: {
      data: Api.Run[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Upload one run, or up to 100 */
  createRun: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'runs'
          attributes: Api.RunCreate
          steps?: Api.NewStepRuns
          files?: Api.Files
        }
      }
    }
    answer: {
      data: Api.Run
      meta?: {
        created?: number[]
      }
    }
  }

  /** Upload one run, or up to 100 */
  createRuns: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'runs'
          attributes: Api.RunCreate
          steps?: Api.NewStepRuns
          files?: Api.Files
        }[]
      }
    }
    answer: {
      data: Api.Run[]
      meta?: {
        created?: number[]
      }
    }
  }

  /** Find or create test and instance, then create a run */
  autoCreateRun: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          attributes?: {
            'set-id': number | string
            'test-id'?: number | string | null
            /** User who ran it */
            'tester-id'?: number | string | null
            /** Version; any text */
            version?: string | null
            /** AutomatedRun or ManualRun */
            'run-type'?: 'AutomatedRun' | 'ManualRun' | null
            /** Values of custom fields, by ---f-<id of the field> */
            'custom-fields'?: Record<
              `---f-${number}`,
              string | number | boolean | unknown[] | Record<string, unknown> | null
            > | null
            /** Output of the tool that ran the test */
            'automated-execution-output'?: string | null
            /** How long it took; HH:MM:SS or seconds */
            'run-duration'?: string | number | null
            /** When it was run; sent for manual runs only */
            'run-date'?: string | null
            /** 0 = PASSED, anything else = FAILED; steps decide when there are any */
            'exit-code'?: number | string | null
          }
          'test-attributes'?: Api.TestAttributes
          steps?: Api.NewStepRuns
          files?: Api.Files
        }
      }
    }
    answer: {
      data: Api.Run
      meta: {
        'created-test'?: number
        'created-instance'?: number
      }
    }
  }

  /** Show a run */
  showRun: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.RunAnswer }

  /** Update a run */
  updateRun: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'runs'
          attributes: Api.RunUpdate
        }
      }
    }
    answer: Api.RunAnswer
  }

  /** Delete a run */
  deleteRun: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** v1 upload of an automated result */
  uploadTestResult: {
    input: {
      query?: {
        /** System id of the instance */
        instance_id?: number | string
        /** 0 = PASSED, anything else = FAILED */
        exit_code?: string
        /** Output of the tool */
        result?: string
        /** With instance_display_id, or with testset_display_id and test_display_id */
        project_id?: number | string
        /** Such as 2:1 */
        instance_display_id?: string
        /** Display-id of the set, with test_display_id */
        testset_display_id?: number | string
        /** Display-id of the test: the first instance of it in the set */
        test_display_id?: number | string
        /** Seconds or HH:MM:SS; duration is another name */
        run_duration?: string
        /** Version that was tested */
        version?: string
        /** JSON text of an array of steps; they decide the status */
        steps?: string
        /** JSON text of an object: values of custom fields of the run; unknown ones are ignored */
        custom_fields?: string
        /** The same for the instance */
        instance_custom_fields?: string
      }
      body?: {
        instance_id?: number | string
        exit_code?: number | string
        result?: string
        project_id?: number | string
        instance_display_id?: string
        testset_display_id?: number | string
        test_display_id?: number | string
        run_duration?: string | number
        version?: string
        steps?: Api.NewStepRun[] | string
        custom_fields?: Record<string, unknown> | string
        instance_custom_fields?: Record<string, unknown> | string
      }
    }
    answer: Api.RunAnswer
  }

  /** Choose and claim the next test that is due, for an agent */
  nextTest: {
    input: {
      query?: {
        /** What the agent calls itself */
        client_id?: string
      }
    }
    answer: Api.AgentTask
  }

  /** List step-runs */
  listStepRuns: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those with one of these ids, separated by commas */
        'run-ids'?: string | number | readonly (string | number)[]
        /** Only those with exactly this name */
        name_exact?: string
        /** Only those whose name contains this text, in any case */
        name_like?: string
        /** Only those with exactly this status, in upper case */
        status?: string
      }
    }
    answer: {
      data: Api.StepRun[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Show a step-run */
  showStepRun: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.StepRunAnswer }

  /** Set status and results of a step-run */
  updateStepRun: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'step-runs'
          attributes: Api.StepRunUpdate
        }
      }
    }
    answer: Api.StepRunAnswer
  }

  /** List attachments of an entity */
  listAttachments: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Kind of the entity: requirement, test, step, testset, instance, run, step-run or issue */
        entity?: string
        /** System id of the entity */
        'entity-id'?: number | string
      }
    }
    answer: {
      data: Api.Attachment[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Attach base64 files to an entity */
  createAttachments: {
    input: {
      path: { project_id: number | string }
      body: {
        entity?: string
        'entity-id'?: number | string
        data: {
          type?: string
          files: Api.Files
        }
      }
    }
    answer: {
      data: Api.Attachment[]
    }
  }

  /** Show the metadata of an attachment */
  showAttachment: {
    input: { path: { project_id: number | string; id: number | string } }
    answer: Api.AttachmentAnswer
  }

  /** Delete an attachment */
  deleteAttachment: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** Download an attachment */
  downloadAttachment: {
    input: { path: { project_id: number | string; id: number | string } }
    answer: Uint8Array<ArrayBuffer>
  }

  /** The bytes of an attachment, at the address that a download leads to */
  downloadFile: { input: { path: { signed_token: number | string } }; answer: Uint8Array<ArrayBuffer> }

  /** List issues */
  listIssues: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those with exactly this title */
        title_exact?: string
        /** Only those whose title contains this text, in any case */
        title_like?: string
        /** Only those with one of these ids, separated by commas */
        'display-ids'?: string | number | readonly (string | number)[]
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: project-id, display-id, title, issue-type, description, status-name, status-resolution, author-id, assigned-to-id, assigned-to-type, version, priority, closed-at, closed-by-id, cloned-from-id, external-id, external-status, folder-id, created-at, updated-at, ---f-<id of a custom field> */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose project-id is one of these values; several are separated by commas */
        'project-id'?: string | number | readonly (string | number)[]
        /** Only those whose display-id is one of these values; several are separated by commas */
        'display-id'?: string | number | readonly (string | number)[]
        /** Only those whose title is one of these values; several are separated by commas */
        title?: string | number | readonly (string | number)[]
        /** Only those whose issue-type is one of these values; several are separated by commas; null = those without */
        'issue-type'?: string | number | readonly (string | number)[]
        /** Only those whose description is one of these values; several are separated by commas; null = those without */
        description?: string | number | readonly (string | number)[]
        /** Only those whose status-name is one of these values; several are separated by commas */
        'status-name'?: string | number | readonly (string | number)[]
        /** Only those whose status-resolution is one of these values; several are separated by commas; null = those without */
        'status-resolution'?: string | number | readonly (string | number)[]
        /** Only those whose author-id is one of these values; several are separated by commas; null = those without */
        'author-id'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-id is one of these values; several are separated by commas; null = those without */
        'assigned-to-id'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-type is one of these: user, group; several are separated by commas; null = those without */
        'assigned-to-type'?: string | number | readonly (string | number)[]
        /** Only those whose version is one of these values; several are separated by commas; null = those without */
        version?: string | number | readonly (string | number)[]
        /** Only those whose priority is one of these values; several are separated by commas; null = those without */
        priority?: string | number | readonly (string | number)[]
        /** Only those whose closed-at is one of these values; several are separated by commas; null = those without */
        'closed-at'?: string | number | readonly (string | number)[]
        /** Only those whose closed-by-id is one of these values; several are separated by commas; null = those without */
        'closed-by-id'?: string | number | readonly (string | number)[]
        /** Only those whose cloned-from-id is one of these values; several are separated by commas; null = those without */
        'cloned-from-id'?: string | number | readonly (string | number)[]
        /** Only those whose external-id is one of these values; several are separated by commas; null = those without */
        'external-id'?: string | number | readonly (string | number)[]
        /** Only those whose external-status is one of these values; several are separated by commas; null = those without */
        'external-status'?: string | number | readonly (string | number)[]
        /** Only those whose folder-id is one of these values; several are separated by commas; null = those without */
        'folder-id'?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Only those whose updated-at is one of these values; several are separated by commas */
        'updated-at'?: string | number | readonly (string | number)[]
        /** Only what this PTQL query selects */
        ptql?: string
        /** Only what is inside this filter and its ancestors */
        'filter-id'?: number | string
        /** Of an auto-filter: only what has this value of its first level */
        'autofilter-value'?: string
        /** Of an auto-filter of two levels: only what has this value of its second */
        'sub-autofilter-value'?: string
        /** The user that CURRENT_USER stands for */
        'filter-user-id'?: number | string
        /** Show what each is linked to */
        relationships?: boolean
      }
    }
    answer: {
      data: Api.Issue[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create an issue */
  createIssue: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'issues'
          attributes: Api.IssueCreate
        }
      }
    }
    answer: Api.IssueAnswer
  }

  /** Create an issue from a flat body with project_id */
  createFlatIssue: {
    input: {
      body: {
        project_id?: number | string
        name?: string
        author_id?: number | string
        [name: string]: unknown
      }
    }
    answer: Api.IssueAnswer
  }

  /** Show an issue */
  showIssue: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Show what each is linked to */
        relationships?: boolean
      }
    }
    answer: Api.IssueAnswer
  }

  /** Update an issue */
  updateIssue: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'issues'
          attributes: Api.IssueUpdate
        }
      }
    }
    answer: Api.IssueAnswer
  }

  /** Delete an issue */
  deleteIssue: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** Clone an issue */
  cloneIssue: {
    input: {
      path: { project_id: number | string; id: number | string }
      body?: {
        data?: {
          attributes?: Api.IssueOverrides
        }
      }
    }
    answer: Api.IssueAnswer
  }

  /** Move an issue along the workflow */
  updateIssueStatus: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          attributes?: {
            'status-name': string
            'user-id'?: number | string
          }
        }
      }
    }
    answer: Api.IssueAnswer
  }

  /** v1 change of an issue by the plug-in of a tracker */
  updateIntegrationIssue: {
    input: {
      path: { id: number | string }
      body?: {
        integration_issue?: {
          external_id?: number | string
          description?: string
          status?: string
        }
      }
    }
    answer: Api.IssueAnswer
  }

  /** List milestones */
  listMilestones: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those with exactly this name */
        name_exact?: string
        /** Only those whose name contains this text, in any case */
        name_like?: string
        /** Only those with one of these ids, separated by commas */
        'display-ids'?: string | number | readonly (string | number)[]
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: project-id, display-id, name, description, milestone-status, milestone-type, start-date, end-date, author-id, created-at, updated-at, ---f-<id of a custom field> */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose project-id is one of these values; several are separated by commas */
        'project-id'?: string | number | readonly (string | number)[]
        /** Only those whose display-id is one of these values; several are separated by commas */
        'display-id'?: string | number | readonly (string | number)[]
        /** Only those whose name is one of these values; several are separated by commas */
        name?: string | number | readonly (string | number)[]
        /** Only those whose description is one of these values; several are separated by commas; null = those without */
        description?: string | number | readonly (string | number)[]
        /** Only those whose milestone-status is one of these values; several are separated by commas; null = those without */
        'milestone-status'?: string | number | readonly (string | number)[]
        /** Only those whose milestone-type is one of these values; several are separated by commas; null = those without */
        'milestone-type'?: string | number | readonly (string | number)[]
        /** Only those whose start-date is one of these values; several are separated by commas; null = those without */
        'start-date'?: string | number | readonly (string | number)[]
        /** Only those whose end-date is one of these values; several are separated by commas; null = those without */
        'end-date'?: string | number | readonly (string | number)[]
        /** Only those whose author-id is one of these values; several are separated by commas; null = those without */
        'author-id'?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Only those whose updated-at is one of these values; several are separated by commas */
        'updated-at'?: string | number | readonly (string | number)[]
        /** Show what each is linked to */
        relationships?: boolean
      }
    }
    answer: {
      data: Api.Milestone[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a milestone */
  createMilestone: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'milestones'
          attributes: Api.MilestoneCreate
        }
      }
    }
    answer: Api.MilestoneAnswer
  }

  /** Show a milestone */
  showMilestone: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Show what each is linked to */
        relationships?: boolean
      }
    }
    answer: Api.MilestoneAnswer
  }

  /** Update a milestone */
  updateMilestone: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'milestones'
          attributes: Api.MilestoneUpdate
        }
      }
    }
    answer: Api.MilestoneAnswer
  }

  /** Delete a milestone */
  deleteMilestone: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** List folders */
  listFolders: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those for this kind of entity */
        entity?: 'requirement' | 'test' | 'testset' | 'issue'
      }
    }
    answer: {
      data: Api.Folder[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a folder */
  createFolder: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'folders'
          attributes: Api.FolderCreate
        }
      }
    }
    answer: Api.FolderAnswer
  }

  /** Show a folder */
  showFolder: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.FolderAnswer }

  /** Update a folder */
  updateFolder: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'folders'
          attributes: Api.FolderUpdate
        }
      }
    }
    answer: Api.FolderAnswer
  }

  /** Delete a folder */
  deleteFolder: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** List filters */
  listFilters: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those for this kind of entity */
        entity?: 'requirement' | 'test' | 'testset' | 'issue'
      }
    }
    answer: {
      data: Api.Filter[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a filter */
  createFilter: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'filters'
          attributes: Api.FilterCreate
        }
      }
    }
    answer: Api.FilterAnswer
  }

  /** Show a filter */
  showFilter: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.FilterAnswer }

  /** Update a filter */
  updateFilter: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'filters'
          attributes: Api.FilterUpdate
        }
      }
    }
    answer: Api.FilterAnswer
  }

  /** Delete a filter */
  deleteFilter: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** List values of an auto-filter level */
  listFilterValues: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Value of the first level: list those of the second under it */
        'autofilter-value'?: string
      }
    }
    answer: {
      data: {
        value: string
        count: number
      }[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** List comments of an entity */
  listComments: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: project-id, entity, entity-id, body, author-id, created-at */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose project-id is one of these values; several are separated by commas */
        'project-id'?: string | number | readonly (string | number)[]
        /** Only those whose body is one of these values; several are separated by commas; null = those without */
        body?: string | number | readonly (string | number)[]
        /** Only those whose author-id is one of these values; several are separated by commas; null = those without */
        'author-id'?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Kind of the entity: requirement, test, step, testset, instance, run, step-run, issue or milestone */
        entity?: string
        /** System id of the entity */
        'entity-id'?: number | string
      }
    }
    answer: {
      data: Api.Comment[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Comment on an entity */
  createComment: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'comments'
          attributes: Api.CommentCreate
        }
      }
    }
    answer: Api.CommentAnswer
  }

  /** Delete a comment */
  deleteComment: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** List the change history of entities */
  listHistory: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only events of this kind of entity */
        entity?: string
        /** Only events of the entity with this id */
        'entity-id'?: number | string
        /** Only what this user did */
        'user-id'?: number | string
        /** Only this action: create, update, delete, status, link, unlink, run, sign-in, sign-in-failure, sign-out */
        action?: string
        /** Only from this time on */
        since?: string
        /** Only before this time */
        until?: string
      }
    }
    answer: {
      data: Api.HistoryEvent[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** List what was changed in the whole account */
  listAudit: {
    input: {
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only events of this kind of entity */
        entity?: string
        /** Only events of the entity with this id */
        'entity-id'?: number | string
        /** Only what this user did */
        'user-id'?: number | string
        /** Only this action: create, update, delete, status, link, unlink, run, sign-in, sign-in-failure, sign-out */
        action?: string
        /** Only from this time on */
        since?: string
        /** Only before this time */
        until?: string
      }
    }
    answer: {
      data: Api.HistoryEvent[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** List webhooks */
  listWebhooks: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: {
      data: Api.Webhook[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a webhook */
  createWebhook: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'webhooks'
          attributes: Api.WebhookCreate
        }
      }
    }
    answer: Api.WebhookWithSecretAnswer
  }

  /** Show a webhook */
  showWebhook: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.WebhookAnswer }

  /** Update a webhook */
  updateWebhook: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'webhooks'
          attributes: Api.WebhookUpdate
        }
      }
    }
    answer: Api.WebhookWithSecretAnswer
  }

  /** Delete a webhook */
  deleteWebhook: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** Send a test delivery */
  testWebhook: {
    input: { path: { project_id: number | string; id: number | string } }
    answer: Api.WebhookDeliveryAnswer
  }

  /** List the last 100 deliveries of a webhook */
  listWebhookDeliveries: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: {
      data: Api.WebhookDelivery[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** List imports of reports */
  listImports: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those with one of these ids, separated by commas */
        'build-ids'?: string | number | readonly (string | number)[]
        /** Only those with one of these ids, separated by commas */
        'set-ids'?: string | number | readonly (string | number)[]
        /** Only those in these states: receiving, stored, cut, refused */
        state?: string
      }
    }
    answer: {
      data: Api.Import[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Import reports of test results */
  createImport: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Test set that the results go to; this or set-name must be given */
        'set-id'?: number | string
        /** Its name, where it is to be found by that, or made */
        'set-name'?: string
        /** How to read the files: auto, or one of: junit, testng, nunit, xunit, trx, ctest, robot, allure1, jmeter-xml, ctrf, playwright, playwright-blob, jest, mochawesome, mocha, cucumber-messages, cucumber-json, go, dart, pytest-json, allure, newman, xcresult, karate, k6, jmeter-csv, tap */
        format?: string
        /** Name of the report, where the body is one */
        filename?: string
        /** Put in front of what names tests, where two projects of one repository have equal names */
        namespace?: string
        /** Everything sent under one key is one build; left out, the import is a build of its own */
        'build-key'?: string
        /** Name of the build for people */
        'build-name'?: string
        /** Page of the build in the CI system */
        'build-url'?: string
        /** What runs again and again under one name; left out, the name of the set */
        pipeline?: string
        /** Branch that was tested */
        branch?: string
        /** Commit that was tested */
        commit?: string
        /** Commit that the change started from */
        'base-commit'?: string
        /** Number of the pull request */
        'pull-request'?: string
        /** Environment that the tests ran in, such as linux/firefox */
        variant?: string
        /** The same in parts, such as os=linux,browser=firefox */
        environment?: string
        /** Which parts of the environment, or properties of cases, make the variant: os,browser */
        'variant-by'?: string
        /** Which part of the tests this is: 2/5, or a name */
        shard?: string
        /** Attempt of the CI job, from 1 */
        attempt?: number | string
        /** full, or partial when only some tests were chosen */
        scope?: string
        /** Who ran the tests */
        'tester-id'?: number | string
        /** Who is the author of tests that are made */
        'author-id'?: number | string
        /** Version of the runs */
        version?: string
        /** Folder of tests that are made */
        'folder-id'?: number | string
        /** What a skipped test becomes: none, or no-run for a run without a verdict */
        skipped?: string
        /** Which of several equal cases is the verdict: worst, or last */
        repeats?: string
        /** Zone of times that are written without one, such as Europe/Berlin */
        timezone?: string
        /** Property of cases that holds the display-id of the test */
        'identity-property'?: string
        /** false: cases of unknown tests are refused */
        'create-tests'?: boolean
        /** Reads and matches, stores nothing, and answers the same receipt */
        'dry-run'?: boolean
      }
    }
    answer: {
      data: Api.Import
      meta: {
        refusals: Api.Refusal[]
        notes: string[]
      }
    }
  }

  /** Show the receipt of an import */
  showImport: {
    input: { path: { project_id: number | string; id: number | string } }
    answer: {
      data: Api.Import
      meta: {
        refusals: Api.Refusal[]
        notes: string[]
      }
    }
  }

  /** Say whether an import is set aside as an outage */
  updateImport: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'imports'
          attributes: Api.ImportUpdate
        }
      }
    }
    answer: Api.ImportAnswer
  }

  /** List the cases of an import that were not stored */
  listImportRefusals: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: {
      data: Api.Refusal[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Send files that reports of an import name */
  addImportFiles: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          attributes?: {
            files: {
              path: string
              content_encoded: string
            }[]
          }
        }
      }
    }
    answer: {
      data: {
        attached: number
        unwanted: string[]
        wanted: number
      }
    }
  }

  /** List builds */
  listBuilds: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only the builds with these keys */
        key?: string
        /** Only builds of these pipelines */
        pipeline?: string
        /** Only builds of these kinds: mainline, queue, change */
        kind?: string
        /** Only builds of these branches */
        branch?: string
        /** Only builds of these commits */
        commit?: string
        /** Only builds of these pull requests */
        'pull-request'?: string
        /** Only builds in these states: receiving, incomplete, complete, cut */
        state?: string
        /** Only builds whose gate was so when they were judged last: passed, failed, pending */
        gate?: string
        /** Only builds with results in these test sets */
        'set-ids'?: string
        /** Only builds with results of these variants */
        variant?: string
        /** Only builds that started at this time or later */
        since?: string
        /** Only builds that started before this time */
        until?: string
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: project-id, display-id, key, name, pipeline, kind, branch, commit, base-commit, pull-request, url, state, scope, results, passed, failed, blocked, no-run, flaky, new-failures, still-failing, fixed, new-tests, moved-tests, missing, duration, elapsed, infrastructure, started-at, finished-at, created-at, updated-at */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose project-id is one of these values; several are separated by commas */
        'project-id'?: string | number | readonly (string | number)[]
        /** Only those whose display-id is one of these values; several are separated by commas */
        'display-id'?: string | number | readonly (string | number)[]
        /** Only those whose name is one of these values; several are separated by commas; null = those without */
        name?: string | number | readonly (string | number)[]
        /** Only those whose base-commit is one of these values; several are separated by commas; null = those without */
        'base-commit'?: string | number | readonly (string | number)[]
        /** Only those whose url is one of these values; several are separated by commas; null = those without */
        url?: string | number | readonly (string | number)[]
        /** Only those whose scope is one of these: full, partial; several are separated by commas */
        scope?: string | number | readonly (string | number)[]
        /** Only those whose results is one of these values; several are separated by commas */
        results?: string | number | readonly (string | number)[]
        /** Only those whose passed is one of these values; several are separated by commas */
        passed?: string | number | readonly (string | number)[]
        /** Only those whose failed is one of these values; several are separated by commas */
        failed?: string | number | readonly (string | number)[]
        /** Only those whose blocked is one of these values; several are separated by commas */
        blocked?: string | number | readonly (string | number)[]
        /** Only those whose no-run is one of these values; several are separated by commas */
        'no-run'?: string | number | readonly (string | number)[]
        /** Only those whose flaky is one of these values; several are separated by commas */
        flaky?: string | number | readonly (string | number)[]
        /** Only those whose new-failures is one of these values; several are separated by commas */
        'new-failures'?: string | number | readonly (string | number)[]
        /** Only those whose still-failing is one of these values; several are separated by commas */
        'still-failing'?: string | number | readonly (string | number)[]
        /** Only those whose fixed is one of these values; several are separated by commas */
        fixed?: string | number | readonly (string | number)[]
        /** Only those whose new-tests is one of these values; several are separated by commas */
        'new-tests'?: string | number | readonly (string | number)[]
        /** Only those whose moved-tests is one of these values; several are separated by commas */
        'moved-tests'?: string | number | readonly (string | number)[]
        /** Only those whose missing is one of these values; several are separated by commas */
        missing?: string | number | readonly (string | number)[]
        /** Only those whose duration is one of these values; several are separated by commas */
        duration?: string | number | readonly (string | number)[]
        /** Only those whose elapsed is one of these values; several are separated by commas; null = those without */
        elapsed?: string | number | readonly (string | number)[]
        /** Only those whose infrastructure is one of these values; several are separated by commas */
        infrastructure?: string | number | readonly (string | number)[]
        /** Only those whose started-at is one of these values; several are separated by commas */
        'started-at'?: string | number | readonly (string | number)[]
        /** Only those whose finished-at is one of these values; several are separated by commas; null = those without */
        'finished-at'?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Only those whose updated-at is one of these values; several are separated by commas */
        'updated-at'?: string | number | readonly (string | number)[]
      }
    }
    answer: {
      data: Api.Build[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a build */
  createBuild: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'builds'
          attributes: Api.BuildCreate
        }
      }
    }
    answer: Api.BuildAnswer
  }

  /** Show a build */
  showBuild: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.BuildAnswer }

  /** Update a build */
  updateBuild: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'builds'
          attributes: Api.BuildUpdate
        }
      }
    }
    answer: Api.BuildAnswer
  }

  /** Delete a build; its runs stay unless they are to go too */
  deleteBuild: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Whether its runs are deleted too */
        runs?: boolean
      }
    }
    answer: Api.Deleted
  }

  /** List the verdicts of a build, unexplained new failures first */
  listBuildResults: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only verdicts of these statuses, separated by commas */
        status?: string | number | readonly (string | number)[]
        /** Only those of these changes: new-failure, still-failing, fixed, new-test */
        change?: string
        /** Only those that are flaky, or not */
        flaky?: boolean
        /** Only those in quarantine, or not */
        quarantined?: boolean
        /** Only failures that something explains, or those that nothing does */
        explained?: boolean
        /** Only failures of these causes */
        cause?: string
        /** Only those of these variants */
        variant?: string
        /** Only those of this owner */
        owner?: string
        /** Only those whose test has this text in its name, in any case */
        name_like?: string
        /** Only those with one of these ids, separated by commas */
        'failure-ids'?: string | number | readonly (string | number)[]
        /** Only those with one of these ids, separated by commas */
        'set-ids'?: string | number | readonly (string | number)[]
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: run-id, instance-id, set-id, set-name, test-id, test-display-id, test-name, variant, status, change, flaky, attempts, run-duration, duration-ms, run-date, message, failure-id, cause, owner, attachments-count, failing-since */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose run-id is one of these values; several are separated by commas; null = those without */
        'run-id'?: string | number | readonly (string | number)[]
        /** Only those whose instance-id is one of these values; several are separated by commas */
        'instance-id'?: string | number | readonly (string | number)[]
        /** Only those whose set-name is one of these values; several are separated by commas */
        'set-name'?: string | number | readonly (string | number)[]
        /** Only those whose test-id is one of these values; several are separated by commas */
        'test-id'?: string | number | readonly (string | number)[]
        /** Only those whose test-display-id is one of these values; several are separated by commas */
        'test-display-id'?: string | number | readonly (string | number)[]
        /** Only those whose test-name is one of these values; several are separated by commas */
        'test-name'?: string | number | readonly (string | number)[]
        /** Only those whose attempts is one of these values; several are separated by commas */
        attempts?: string | number | readonly (string | number)[]
        /** Only those whose run-duration is one of these values; several are separated by commas */
        'run-duration'?: string | number | readonly (string | number)[]
        /** Only those whose duration-ms is one of these values; several are separated by commas */
        'duration-ms'?: string | number | readonly (string | number)[]
        /** Only those whose run-date is one of these values; several are separated by commas */
        'run-date'?: string | number | readonly (string | number)[]
        /** Only those whose message is one of these values; several are separated by commas; null = those without */
        message?: string | number | readonly (string | number)[]
        /** Only those whose attachments-count is one of these values; several are separated by commas */
        'attachments-count'?: string | number | readonly (string | number)[]
        /** Only those whose failing-since is one of these values; several are separated by commas; null = those without */
        'failing-since'?: string | number | readonly (string | number)[]
        /** Whether tests that are missing are listed too */
        missing?: boolean
      }
    }
    answer: {
      data: Api.Result[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Compare the verdicts of two builds */
  compareBuilds: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Id of the build to compare with */
        with?: number | string
      }
    }
    answer: {
      data: Api.Difference[]
      links: Record<string, unknown>
      meta: Record<string, unknown>
    }
  }

  /** List tests of a build that were renamed, or may have been */
  listRenames: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only pairs in these states: proposed, joined */
        state?: string
      }
    }
    answer: {
      data: Api.Rename[]
      links: Record<string, unknown>
      meta: Record<string, unknown>
    }
  }

  /** Join two tests that are one under another name */
  joinTests: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          attributes?: {
            from: number
            to: number
          }
        }
      }
    }
    answer: Api.RenameAnswer
  }

  /** Part two tests that were joined */
  partTests: {
    input: { path: { project_id: number | string; id: number | string; pair: number | string } }
    answer: Api.Deleted
  }

  /** List failures: what went wrong in the same way, in whatever test and build */
  listFailures: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those in these states: open, known, fixed */
        state?: string
        /** Only those of these causes */
        cause?: string
        /** Only those that were seen in these builds */
        'build-ids'?: string
        /** Only those of these tests */
        'test-ids'?: string
        /** Only those that were seen in this build for the first time */
        'new-in'?: number | string
        /** Only those that were seen at this time or later */
        since?: string
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: project-id, display-id, signature, cause, kind, title, sample, state, issue-id, assigned-to-id, note, occurrences, tests-count, builds-count, first-seen-at, last-seen-at, first-build-id, last-build-id, created-at, updated-at */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose project-id is one of these values; several are separated by commas */
        'project-id'?: string | number | readonly (string | number)[]
        /** Only those whose display-id is one of these values; several are separated by commas */
        'display-id'?: string | number | readonly (string | number)[]
        /** Only those whose signature is one of these values; several are separated by commas; null = those without */
        signature?: string | number | readonly (string | number)[]
        /** Only those whose kind is one of these values; several are separated by commas; null = those without */
        kind?: string | number | readonly (string | number)[]
        /** Only those whose title is one of these values; several are separated by commas; null = those without */
        title?: string | number | readonly (string | number)[]
        /** Only those whose sample is one of these values; several are separated by commas; null = those without */
        sample?: string | number | readonly (string | number)[]
        /** Only those whose issue-id is one of these values; several are separated by commas; null = those without */
        'issue-id'?: string | number | readonly (string | number)[]
        /** Only those whose assigned-to-id is one of these values; several are separated by commas; null = those without */
        'assigned-to-id'?: string | number | readonly (string | number)[]
        /** Only those whose note is one of these values; several are separated by commas; null = those without */
        note?: string | number | readonly (string | number)[]
        /** Only those whose occurrences is one of these values; several are separated by commas */
        occurrences?: string | number | readonly (string | number)[]
        /** Only those whose tests-count is one of these values; several are separated by commas */
        'tests-count'?: string | number | readonly (string | number)[]
        /** Only those whose builds-count is one of these values; several are separated by commas */
        'builds-count'?: string | number | readonly (string | number)[]
        /** Only those whose first-seen-at is one of these values; several are separated by commas */
        'first-seen-at'?: string | number | readonly (string | number)[]
        /** Only those whose last-seen-at is one of these values; several are separated by commas */
        'last-seen-at'?: string | number | readonly (string | number)[]
        /** Only those whose first-build-id is one of these values; several are separated by commas */
        'first-build-id'?: string | number | readonly (string | number)[]
        /** Only those whose last-build-id is one of these values; several are separated by commas */
        'last-build-id'?: string | number | readonly (string | number)[]
        /** Only those whose created-at is one of these values; several are separated by commas */
        'created-at'?: string | number | readonly (string | number)[]
        /** Only those whose updated-at is one of these values; several are separated by commas */
        'updated-at'?: string | number | readonly (string | number)[]
        /** cause: one row per cause, the failure of it that was seen last */
        group?: string
      }
    }
    answer: {
      data: Api.Failure[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Show a failure */
  showFailure: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.FailureAnswer }

  /** Update what is known of a failure */
  updateFailure: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'failures'
          attributes: Api.FailureUpdate
        }
      }
    }
    answer: Api.FailureAnswer
  }

  /** Create an issue about a failure, or answer the one there is */
  createFailureIssue: {
    input: {
      path: { project_id: number | string; id: number | string }
      body?: {
        data?: {
          attributes?: Api.IssueOverrides
        }
      }
    }
    answer: Api.IssueAnswer
  }

  /** List tests whose verdict says little, the worst first */
  listFlakyTests: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those in these states: healthy, flaky, broken */
        state?: string
        /** Only those of these variants */
        variant?: string
        /** Only those of this owner */
        owner?: string
        /** Only those with one of these ids, separated by commas */
        'set-ids'?: string | number | readonly (string | number)[]
        /** Order, by up to 3 attributes separated by commas, each with - in front for the other way round; those without a value come last. Attributes: instance-id, test-id, test-name, set-id, variant, owner, state, score, builds, signals, changes-hit, last-signal-at, failing-since */
        sort?: string | number | readonly (string | number)[]
        /** Only those whose instance-id is one of these values; several are separated by commas */
        'instance-id'?: string | number | readonly (string | number)[]
        /** Only those whose test-id is one of these values; several are separated by commas */
        'test-id'?: string | number | readonly (string | number)[]
        /** Only those whose test-name is one of these values; several are separated by commas; null = those without */
        'test-name'?: string | number | readonly (string | number)[]
        /** Only those whose score is one of these values; several are separated by commas */
        score?: string | number | readonly (string | number)[]
        /** Only those whose builds is one of these values; several are separated by commas */
        builds?: string | number | readonly (string | number)[]
        /** Only those whose signals is one of these values; several are separated by commas */
        signals?: string | number | readonly (string | number)[]
        /** Only those whose changes-hit is one of these values; several are separated by commas */
        'changes-hit'?: string | number | readonly (string | number)[]
        /** Only those whose last-signal-at is one of these values; several are separated by commas; null = those without */
        'last-signal-at'?: string | number | readonly (string | number)[]
        /** Only those whose failing-since is one of these values; several are separated by commas; null = those without */
        'failing-since'?: string | number | readonly (string | number)[]
      }
    }
    answer: {
      data: Api.FlakyTest[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** List quarantines */
  listQuarantines: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
        /** Only those with one of these ids, separated by commas */
        'test-ids'?: string | number | readonly (string | number)[]
        /** Only those with one of these ids, separated by commas */
        'instance-ids'?: string | number | readonly (string | number)[]
        /** Only those that hold, or those that ended */
        active?: boolean
      }
    }
    answer: {
      data: Api.Quarantine[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Put a test into quarantine */
  createQuarantine: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'quarantines'
          attributes: Api.QuarantineCreate
        }
      }
    }
    answer: Api.QuarantineAnswer
  }

  /** Name the tests that are in quarantine, in the words of a test tool */
  listQuarantinedNames: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** lines, pytest (node ids), playwright (for --grep-invert) or junit (class#name) */
        format?: string
      }
    }
    answer: {
      data: {
        format: string
        names: string[]
      }
    }
  }

  /** Show a quarantine */
  showQuarantine: {
    input: { path: { project_id: number | string; id: number | string } }
    answer: Api.QuarantineAnswer
  }

  /** Update a quarantine */
  updateQuarantine: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'quarantines'
          attributes: Api.QuarantineUpdate
        }
      }
    }
    answer: Api.QuarantineAnswer
  }

  /** End a quarantine */
  deleteQuarantine: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** List gates */
  listGates: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: {
      data: Api.Gate[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** Create a gate */
  createGate: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          type?: 'gates'
          attributes: Api.GateCreate
        }
      }
    }
    answer: Api.GateAnswer
  }

  /** Show a gate */
  showGate: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.GateAnswer }

  /** Update a gate */
  updateGate: {
    input: {
      path: { project_id: number | string; id: number | string }
      body: {
        data: {
          type?: 'gates'
          attributes: Api.GateUpdate
        }
      }
    }
    answer: Api.GateAnswer
  }

  /** Delete a gate */
  deleteGate: { input: { path: { project_id: number | string; id: number | string } }; answer: Api.Deleted }

  /** Judge a build by its gates */
  showBuildGate: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Only by this gate */
        'gate-id'?: number | string
      }
    }
    answer: {
      data: Api.GateVerdict
    }
  }

  /** Try rules on a build, or on the last ones of a pipeline; nothing is stored */
  checkGate: {
    input: {
      path: { project_id: number | string }
      body: {
        data: {
          attributes?: {
            rules: {
              /** At most so many new failures */
              'max-new-failures'?: number
              /** At most so many failures that nothing explains */
              'max-unexplained'?: number
              /** At most so many failed tests */
              'max-failed'?: number
              /** At most so many tests that the build before had and this one has not */
              'max-missing'?: number
              /** At most so many blocked tests */
              'max-blocked'?: number
              /** At most so many flaky tests */
              'max-flaky'?: number
              /** At most so many skipped tests */
              'max-no-run'?: number
              /** At least so many results */
              'min-results'?: number
              /** At least this share passed */
              'min-pass-rate'?: number
              /** At most so many seconds from start to end */
              'max-elapsed'?: number
              /** Every expected shard came, whole */
              'all-shards'?: boolean
              /** No failure of a cause that was never seen before */
              'no-new-cause'?: boolean
              requirements?: {
                ptql: string
                must: 'covered' | 'passed'
              }
            }
            'build-id'?: number
            pipeline?: string
            last?: number
          }
        }
      }
    }
    answer: {
      data: Api.GateVerdict[]
    }
  }

  /** Show the account */
  showAccount: { input: Record<never, never>; answer: Api.AccountAnswer }

  /** Require a second factor of everybody, or no longer */
  updateAccount: {
    input: {
      body: {
        data: {
          attributes?: {
            /** Whether people must have a second factor to sign in */
            'require-second-factor'?: boolean
          }
        }
      }
    }
    answer: Api.AccountAnswer
  }

  /** List system and custom fields (flat items) */
  listFields: {
    input: {
      path: { project_id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: {
      data: Api.Field[]
      links: Api.Links
      meta: Api.Meta
    }
  }

  /** List tests linked to one of the requirements */
  listRequirementTests: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace tests linked to one of the requirements */
  replaceRequirementTests: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add tests linked to one of the requirements */
  addRequirementTests: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove tests linked to one of the requirements */
  removeRequirementTests: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List issues linked to one of the requirements */
  listRequirementIssues: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace issues linked to one of the requirements */
  replaceRequirementIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add issues linked to one of the requirements */
  addRequirementIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove issues linked to one of the requirements */
  removeRequirementIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List milestones linked to one of the requirements */
  listRequirementMilestones: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace milestones linked to one of the requirements */
  replaceRequirementMilestones: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add milestones linked to one of the requirements */
  addRequirementMilestones: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove milestones linked to one of the requirements */
  removeRequirementMilestones: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List requirements linked to one of the tests */
  listTestRequirements: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace requirements linked to one of the tests */
  replaceTestRequirements: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add requirements linked to one of the tests */
  addTestRequirements: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove requirements linked to one of the tests */
  removeTestRequirements: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List issues linked to one of the tests */
  listTestIssues: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace issues linked to one of the tests */
  replaceTestIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add issues linked to one of the tests */
  addTestIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove issues linked to one of the tests */
  removeTestIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List issues linked to one of the step-runs */
  listStepRunIssues: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace issues linked to one of the step-runs */
  replaceStepRunIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add issues linked to one of the step-runs */
  addStepRunIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove issues linked to one of the step-runs */
  removeStepRunIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List issues linked to one of the issues */
  listIssueIssues: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace issues linked to one of the issues */
  replaceIssueIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add issues linked to one of the issues */
  addIssueIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove issues linked to one of the issues */
  removeIssueIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List requirements linked to one of the issues */
  listIssueRequirements: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace requirements linked to one of the issues */
  replaceIssueRequirements: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add requirements linked to one of the issues */
  addIssueRequirements: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove requirements linked to one of the issues */
  removeIssueRequirements: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List tests linked to one of the issues */
  listIssueTests: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace tests linked to one of the issues */
  replaceIssueTests: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add tests linked to one of the issues */
  addIssueTests: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove tests linked to one of the issues */
  removeIssueTests: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List milestones linked to one of the issues */
  listIssueMilestones: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace milestones linked to one of the issues */
  replaceIssueMilestones: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add milestones linked to one of the issues */
  addIssueMilestones: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove milestones linked to one of the issues */
  removeIssueMilestones: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List requirements linked to one of the milestones */
  listMilestoneRequirements: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace requirements linked to one of the milestones */
  replaceMilestoneRequirements: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add requirements linked to one of the milestones */
  addMilestoneRequirements: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove requirements linked to one of the milestones */
  removeMilestoneRequirements: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List issues linked to one of the milestones */
  listMilestoneIssues: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace issues linked to one of the milestones */
  replaceMilestoneIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add issues linked to one of the milestones */
  addMilestoneIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove issues linked to one of the milestones */
  removeMilestoneIssues: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List sets linked to one of the milestones */
  listMilestoneSets: {
    input: {
      path: { project_id: number | string; id: number | string }
      query?: {
        /** Page, from 1 */
        'page[number]'?: number
        /** Rows on a page, at most 100 */
        'page[size]'?: number
      }
    }
    answer: Api.IdentifierList
  }

  /** Replace sets linked to one of the milestones */
  replaceMilestoneSets: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Add sets linked to one of the milestones */
  addMilestoneSets: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** Remove sets linked to one of the milestones */
  removeMilestoneSets: {
    input: { path: { project_id: number | string; id: number | string }; body: Api.Identifiers }
    answer: Api.IdentifierList
  }

  /** List kittens */
  listKittens: {
    input: {
      query?: {
        /** Cats too */
        include_cats?: boolean
        /** false: those too that were adopted */
        available?: boolean
      }
    }
    answer: Api.Kitten[]
  }

  /** Show a kitten */
  showKitten: { input: { path: { id: number | string } }; answer: Api.Kitten }

  /** Show a kitten */
  showKittenAsPrinted: { input: { path: { id: number | string } }; answer: Api.Kitten }
}

/** Operations that answer a list, page by page. */
export type ListOperationId =
  | 'listProjects'
  | 'listUsers'
  | 'listUserProjects'
  | 'listSessions'
  | 'listTokens'
  | 'listGroups'
  | 'listGroupUsers'
  | 'listCustomFields'
  | 'listRequirements'
  | 'listTests'
  | 'listSteps'
  | 'listSets'
  | 'listInstances'
  | 'listRuns'
  | 'listStepRuns'
  | 'listAttachments'
  | 'listIssues'
  | 'listMilestones'
  | 'listFolders'
  | 'listFilters'
  | 'listFilterValues'
  | 'listComments'
  | 'listHistory'
  | 'listAudit'
  | 'listWebhooks'
  | 'listWebhookDeliveries'
  | 'listImports'
  | 'listImportRefusals'
  | 'listBuilds'
  | 'listBuildResults'
  | 'compareBuilds'
  | 'listRenames'
  | 'listFailures'
  | 'listFlakyTests'
  | 'listQuarantines'
  | 'listGates'
  | 'listFields'
  | 'listRequirementTests'
  | 'listRequirementIssues'
  | 'listRequirementMilestones'
  | 'listTestRequirements'
  | 'listTestIssues'
  | 'listStepRunIssues'
  | 'listIssueIssues'
  | 'listIssueRequirements'
  | 'listIssueTests'
  | 'listIssueMilestones'
  | 'listMilestoneRequirements'
  | 'listMilestoneIssues'
  | 'listMilestoneSets'

/**
 * Method and path of each operation; a path with a leading slash is not below `/api/v2`. `bytes` answers a file,
 * `once` shows a secret and is therefore not repeated unless the server certainly did not do it.
 */
export const OPERATIONS: Record<keyof Operations, string> = {
  listProjects: 'GET projects.json',
  createProject: 'POST projects.json',
  showProject: 'GET projects/{id}.json',
  updateProject: 'PUT projects/{id}.json',
  deleteProject: 'DELETE projects/{id}.json',
  listUsers: 'GET users.json',
  createUser: 'POST users.json',
  inviteUser: 'POST users/{id}/invitation.json',
  showUser: 'GET users/{id}.json',
  updateUser: 'PUT users/{id}.json',
  listUserProjects: 'GET users/{id}/projects.json',
  replaceUserProjects: 'PUT users/{id}/projects.json',
  revokeUserProjects: 'DELETE users/{id}/projects.json',
  replaceUserGroups: 'PUT users/{id}/groups.json',
  showMe: 'GET me.json',
  signIn: 'POST /session',
  showSession: 'GET /session',
  signOut: 'DELETE /session',
  useWelcomeCode: 'POST /session/welcome',
  requestPasswordReset: 'POST /session/reset',
  showSignInMethods: 'GET /session/methods',
  listSessions: 'GET me/sessions.json',
  endSessions: 'DELETE me/sessions.json',
  changePassword: 'PUT me/password.json',
  showTotp: 'GET me/totp.json',
  startTotp: 'POST me/totp.json',
  confirmTotp: 'PUT me/totp.json',
  removeTotp: 'DELETE users/{id}/totp.json',
  listTokens: 'GET tokens.json',
  createToken: 'POST tokens.json once',
  updateToken: 'PUT tokens/{id}.json',
  deleteToken: 'DELETE tokens/{id}.json',
  showPersonalToken: 'GET users/{id}/personal_token.json',
  createPersonalToken: 'POST users/{id}/personal_token.json once',
  updatePersonalToken: 'PUT users/{id}/personal_token.json',
  deletePersonalToken: 'DELETE users/{id}/personal_token.json',
  listGroups: 'GET projects/{project_id}/groups.json',
  createGroup: 'POST projects/{project_id}/groups.json',
  showGroup: 'GET projects/{project_id}/groups/{id}.json',
  updateGroup: 'PUT projects/{project_id}/groups/{id}.json',
  deleteGroup: 'DELETE projects/{project_id}/groups/{id}.json',
  listGroupUsers: 'GET projects/{project_id}/groups/{id}/relationships/users.json',
  addGroupUsers: 'POST projects/{project_id}/groups/{id}/relationships/users.json',
  removeGroupUsers: 'DELETE projects/{project_id}/groups/{id}/relationships/users.json',
  showWorkflow: 'GET projects/{project_id}/workflow.json',
  createWorkflowStatus: 'POST projects/{project_id}/workflow/statuses.json',
  updateWorkflowStatus: 'PUT projects/{project_id}/workflow/statuses/{id}.json',
  deleteWorkflowStatus: 'DELETE projects/{project_id}/workflow/statuses/{id}.json',
  createWorkflowTransition: 'POST projects/{project_id}/workflow/transitions.json',
  updateWorkflowTransition: 'PUT projects/{project_id}/workflow/transitions/{id}.json',
  deleteWorkflowTransition: 'DELETE projects/{project_id}/workflow/transitions/{id}.json',
  listCustomFields: 'GET projects/{project_id}/custom_fields.json',
  createCustomField: 'POST projects/{project_id}/custom_fields.json',
  showCustomField: 'GET projects/{project_id}/custom_fields/{id}.json',
  updateCustomField: 'PUT projects/{project_id}/custom_fields/{id}.json',
  deleteCustomField: 'DELETE projects/{project_id}/custom_fields/{id}.json',
  prepareTestrailImport: 'POST projects/{project_id}/custom_fields/prepare_testrail_import.json',
  listRequirements: 'GET projects/{project_id}/requirements.json',
  createRequirement: 'POST projects/{project_id}/requirements.json',
  showRequirement: 'GET projects/{project_id}/requirements/{id}.json',
  updateRequirement: 'PUT projects/{project_id}/requirements/{id}.json',
  deleteRequirement: 'DELETE projects/{project_id}/requirements/{id}.json',
  listTests: 'GET projects/{project_id}/tests.json',
  createTest: 'POST projects/{project_id}/tests.json',
  createTests: 'POST projects/{project_id}/tests.json',
  countTestRunStatuses: 'GET projects/{project_id}/tests/run_statuses_count.json',
  bulkSearchTests: 'POST projects/{project_id}/tests/bulk_search.json',
  showTest: 'GET projects/{project_id}/tests/{id}.json',
  updateTest: 'PUT projects/{project_id}/tests/{id}.json',
  deleteTest: 'DELETE projects/{project_id}/tests/{id}.json',
  cloneTest: 'POST projects/{project_id}/tests/{id}/clone.json',
  listSteps: 'GET projects/{project_id}/steps.json',
  createSteps: 'POST projects/{project_id}/steps.json',
  showStep: 'GET projects/{project_id}/steps/{id}.json',
  updateStep: 'PUT projects/{project_id}/steps/{id}.json',
  deleteStep: 'DELETE projects/{project_id}/steps/{id}.json',
  listSets: 'GET projects/{project_id}/sets.json',
  createSet: 'POST projects/{project_id}/sets.json',
  showSet: 'GET projects/{project_id}/sets/{id}.json',
  updateSet: 'PUT projects/{project_id}/sets/{id}.json',
  deleteSet: 'DELETE projects/{project_id}/sets/{id}.json',
  cloneSet: 'POST projects/{project_id}/sets/{id}/clone.json',
  listInstances: 'GET projects/{project_id}/instances.json',
  createInstance: 'POST projects/{project_id}/instances.json',
  createInstances: 'POST projects/{project_id}/instances.json',
  showInstance: 'GET projects/{project_id}/instances/{id}.json',
  updateInstance: 'PUT projects/{project_id}/instances/{id}.json',
  deleteInstance: 'DELETE projects/{project_id}/instances/{id}.json',
  listRuns: 'GET projects/{project_id}/runs.json',
  createRun: 'POST projects/{project_id}/runs.json',
  createRuns: 'POST projects/{project_id}/runs.json',
  autoCreateRun: 'POST projects/{project_id}/runs/auto_create.json',
  showRun: 'GET projects/{project_id}/runs/{id}.json',
  updateRun: 'PUT projects/{project_id}/runs/{id}.json',
  deleteRun: 'DELETE projects/{project_id}/runs/{id}.json',
  uploadTestResult: 'POST /api/v1/automated_tests/upload_test_result.json',
  nextTest: 'GET /api/v1/automated_tests/next_test.json',
  listStepRuns: 'GET projects/{project_id}/step_runs.json',
  showStepRun: 'GET projects/{project_id}/step_runs/{id}.json',
  updateStepRun: 'PUT projects/{project_id}/step_runs/{id}.json',
  listAttachments: 'GET projects/{project_id}/attachments.json',
  createAttachments: 'POST projects/{project_id}/attachments.json',
  showAttachment: 'GET projects/{project_id}/attachments/{id}.json',
  deleteAttachment: 'DELETE projects/{project_id}/attachments/{id}.json',
  downloadAttachment: 'GET projects/{project_id}/attachments/{id} bytes',
  downloadFile: 'GET /files/{signed_token} bytes',
  listIssues: 'GET projects/{project_id}/issues.json',
  createIssue: 'POST projects/{project_id}/issues.json',
  createFlatIssue: 'POST issues.json',
  showIssue: 'GET projects/{project_id}/issues/{id}.json',
  updateIssue: 'PUT projects/{project_id}/issues/{id}.json',
  deleteIssue: 'DELETE projects/{project_id}/issues/{id}.json',
  cloneIssue: 'POST projects/{project_id}/issues/{id}/clone.json',
  updateIssueStatus: 'PUT projects/{project_id}/issues/{id}/update_status.json',
  updateIntegrationIssue: 'PUT /api/v1/integration_issues/{id}.json',
  listMilestones: 'GET projects/{project_id}/milestones.json',
  createMilestone: 'POST projects/{project_id}/milestones.json',
  showMilestone: 'GET projects/{project_id}/milestones/{id}.json',
  updateMilestone: 'PUT projects/{project_id}/milestones/{id}.json',
  deleteMilestone: 'DELETE projects/{project_id}/milestones/{id}.json',
  listFolders: 'GET projects/{project_id}/folders.json',
  createFolder: 'POST projects/{project_id}/folders.json',
  showFolder: 'GET projects/{project_id}/folders/{id}.json',
  updateFolder: 'PUT projects/{project_id}/folders/{id}.json',
  deleteFolder: 'DELETE projects/{project_id}/folders/{id}.json',
  listFilters: 'GET projects/{project_id}/filters.json',
  createFilter: 'POST projects/{project_id}/filters.json',
  showFilter: 'GET projects/{project_id}/filters/{id}.json',
  updateFilter: 'PUT projects/{project_id}/filters/{id}.json',
  deleteFilter: 'DELETE projects/{project_id}/filters/{id}.json',
  listFilterValues: 'GET projects/{project_id}/filters/{id}/values.json',
  listComments: 'GET projects/{project_id}/comments.json',
  createComment: 'POST projects/{project_id}/comments.json',
  deleteComment: 'DELETE projects/{project_id}/comments/{id}.json',
  listHistory: 'GET projects/{project_id}/history.json',
  listAudit: 'GET audit.json',
  listWebhooks: 'GET projects/{project_id}/webhooks.json',
  createWebhook: 'POST projects/{project_id}/webhooks.json once',
  showWebhook: 'GET projects/{project_id}/webhooks/{id}.json',
  updateWebhook: 'PUT projects/{project_id}/webhooks/{id}.json once',
  deleteWebhook: 'DELETE projects/{project_id}/webhooks/{id}.json',
  testWebhook: 'POST projects/{project_id}/webhooks/{id}/test.json',
  listWebhookDeliveries: 'GET projects/{project_id}/webhooks/{id}/deliveries.json',
  listImports: 'GET projects/{project_id}/imports.json',
  createImport: 'POST projects/{project_id}/imports.json',
  showImport: 'GET projects/{project_id}/imports/{id}.json',
  updateImport: 'PUT projects/{project_id}/imports/{id}.json',
  listImportRefusals: 'GET projects/{project_id}/imports/{id}/refusals.json',
  addImportFiles: 'POST projects/{project_id}/imports/{id}/files.json',
  listBuilds: 'GET projects/{project_id}/builds.json',
  createBuild: 'POST projects/{project_id}/builds.json',
  showBuild: 'GET projects/{project_id}/builds/{id}.json',
  updateBuild: 'PUT projects/{project_id}/builds/{id}.json',
  deleteBuild: 'DELETE projects/{project_id}/builds/{id}.json',
  listBuildResults: 'GET projects/{project_id}/builds/{id}/results.json',
  compareBuilds: 'GET projects/{project_id}/builds/{id}/compare.json',
  listRenames: 'GET projects/{project_id}/builds/{id}/renames.json',
  joinTests: 'POST projects/{project_id}/builds/{id}/renames.json',
  partTests: 'DELETE projects/{project_id}/builds/{id}/renames/{pair}.json',
  listFailures: 'GET projects/{project_id}/failures.json',
  showFailure: 'GET projects/{project_id}/failures/{id}.json',
  updateFailure: 'PUT projects/{project_id}/failures/{id}.json',
  createFailureIssue: 'POST projects/{project_id}/failures/{id}/issue.json',
  listFlakyTests: 'GET projects/{project_id}/flaky_tests.json',
  listQuarantines: 'GET projects/{project_id}/quarantines.json',
  createQuarantine: 'POST projects/{project_id}/quarantines.json',
  listQuarantinedNames: 'GET projects/{project_id}/quarantines/names.json',
  showQuarantine: 'GET projects/{project_id}/quarantines/{id}.json',
  updateQuarantine: 'PUT projects/{project_id}/quarantines/{id}.json',
  deleteQuarantine: 'DELETE projects/{project_id}/quarantines/{id}.json',
  listGates: 'GET projects/{project_id}/gates.json',
  createGate: 'POST projects/{project_id}/gates.json',
  showGate: 'GET projects/{project_id}/gates/{id}.json',
  updateGate: 'PUT projects/{project_id}/gates/{id}.json',
  deleteGate: 'DELETE projects/{project_id}/gates/{id}.json',
  showBuildGate: 'GET projects/{project_id}/builds/{id}/gate.json',
  checkGate: 'POST projects/{project_id}/gates/check.json',
  showAccount: 'GET account.json',
  updateAccount: 'PUT account.json',
  listFields: 'GET projects/{project_id}/fields.json',
  listRequirementTests: 'GET projects/{project_id}/requirements/{id}/relationships/tests.json',
  replaceRequirementTests: 'PATCH projects/{project_id}/requirements/{id}/relationships/tests.json',
  addRequirementTests: 'POST projects/{project_id}/requirements/{id}/relationships/tests.json',
  removeRequirementTests: 'DELETE projects/{project_id}/requirements/{id}/relationships/tests.json',
  listRequirementIssues: 'GET projects/{project_id}/requirements/{id}/relationships/issues.json',
  replaceRequirementIssues: 'PATCH projects/{project_id}/requirements/{id}/relationships/issues.json',
  addRequirementIssues: 'POST projects/{project_id}/requirements/{id}/relationships/issues.json',
  removeRequirementIssues: 'DELETE projects/{project_id}/requirements/{id}/relationships/issues.json',
  listRequirementMilestones: 'GET projects/{project_id}/requirements/{id}/relationships/milestones.json',
  replaceRequirementMilestones: 'PATCH projects/{project_id}/requirements/{id}/relationships/milestones.json',
  addRequirementMilestones: 'POST projects/{project_id}/requirements/{id}/relationships/milestones.json',
  removeRequirementMilestones: 'DELETE projects/{project_id}/requirements/{id}/relationships/milestones.json',
  listTestRequirements: 'GET projects/{project_id}/tests/{id}/relationships/requirements.json',
  replaceTestRequirements: 'PATCH projects/{project_id}/tests/{id}/relationships/requirements.json',
  addTestRequirements: 'POST projects/{project_id}/tests/{id}/relationships/requirements.json',
  removeTestRequirements: 'DELETE projects/{project_id}/tests/{id}/relationships/requirements.json',
  listTestIssues: 'GET projects/{project_id}/tests/{id}/relationships/issues.json',
  replaceTestIssues: 'PATCH projects/{project_id}/tests/{id}/relationships/issues.json',
  addTestIssues: 'POST projects/{project_id}/tests/{id}/relationships/issues.json',
  removeTestIssues: 'DELETE projects/{project_id}/tests/{id}/relationships/issues.json',
  listStepRunIssues: 'GET projects/{project_id}/step_runs/{id}/relationships/issues.json',
  replaceStepRunIssues: 'PATCH projects/{project_id}/step_runs/{id}/relationships/issues.json',
  addStepRunIssues: 'POST projects/{project_id}/step_runs/{id}/relationships/issues.json',
  removeStepRunIssues: 'DELETE projects/{project_id}/step_runs/{id}/relationships/issues.json',
  listIssueIssues: 'GET projects/{project_id}/issues/{id}/relationships/issues.json',
  replaceIssueIssues: 'PATCH projects/{project_id}/issues/{id}/relationships/issues.json',
  addIssueIssues: 'POST projects/{project_id}/issues/{id}/relationships/issues.json',
  removeIssueIssues: 'DELETE projects/{project_id}/issues/{id}/relationships/issues.json',
  listIssueRequirements: 'GET projects/{project_id}/issues/{id}/relationships/requirements.json',
  replaceIssueRequirements: 'PATCH projects/{project_id}/issues/{id}/relationships/requirements.json',
  addIssueRequirements: 'POST projects/{project_id}/issues/{id}/relationships/requirements.json',
  removeIssueRequirements: 'DELETE projects/{project_id}/issues/{id}/relationships/requirements.json',
  listIssueTests: 'GET projects/{project_id}/issues/{id}/relationships/tests.json',
  replaceIssueTests: 'PATCH projects/{project_id}/issues/{id}/relationships/tests.json',
  addIssueTests: 'POST projects/{project_id}/issues/{id}/relationships/tests.json',
  removeIssueTests: 'DELETE projects/{project_id}/issues/{id}/relationships/tests.json',
  listIssueMilestones: 'GET projects/{project_id}/issues/{id}/relationships/milestones.json',
  replaceIssueMilestones: 'PATCH projects/{project_id}/issues/{id}/relationships/milestones.json',
  addIssueMilestones: 'POST projects/{project_id}/issues/{id}/relationships/milestones.json',
  removeIssueMilestones: 'DELETE projects/{project_id}/issues/{id}/relationships/milestones.json',
  listMilestoneRequirements: 'GET projects/{project_id}/milestones/{id}/relationships/requirements.json',
  replaceMilestoneRequirements: 'PATCH projects/{project_id}/milestones/{id}/relationships/requirements.json',
  addMilestoneRequirements: 'POST projects/{project_id}/milestones/{id}/relationships/requirements.json',
  removeMilestoneRequirements: 'DELETE projects/{project_id}/milestones/{id}/relationships/requirements.json',
  listMilestoneIssues: 'GET projects/{project_id}/milestones/{id}/relationships/issues.json',
  replaceMilestoneIssues: 'PATCH projects/{project_id}/milestones/{id}/relationships/issues.json',
  addMilestoneIssues: 'POST projects/{project_id}/milestones/{id}/relationships/issues.json',
  removeMilestoneIssues: 'DELETE projects/{project_id}/milestones/{id}/relationships/issues.json',
  listMilestoneSets: 'GET projects/{project_id}/milestones/{id}/relationships/sets.json',
  replaceMilestoneSets: 'PATCH projects/{project_id}/milestones/{id}/relationships/sets.json',
  addMilestoneSets: 'POST projects/{project_id}/milestones/{id}/relationships/sets.json',
  removeMilestoneSets: 'DELETE projects/{project_id}/milestones/{id}/relationships/sets.json',
  listKittens: 'GET /api/kittens',
  showKitten: 'GET /api/kittens/{id}',
  showKittenAsPrinted: 'GET /kittens/{id}',
}
